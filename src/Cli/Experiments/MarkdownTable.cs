using System.Text;

namespace StreamLearn.Cli.Experiments;

/// <summary>A table in Markdown.</summary>
/// <param name="columns">Its headings.</param>
internal sealed class MarkdownTable(IReadOnlyList<string> columns)
{
    private readonly List<IReadOnlyList<string>> _rows = [];

    /// <summary>Adds a row, of as many cells as there are headings.</summary>
    internal void Add(params IReadOnlyList<string> cells) =>
        _rows.Add(cells.Count == columns.Count ? cells : throw new ArgumentException($"A row of {cells.Count} cells; expected {columns.Count}."));

    /// <summary>Writes it.</summary>
    internal void WriteTo(StringBuilder text)
    {
        Write(text, columns);
        Write(text, [.. columns.Select(_ => "---")]);
        foreach (var row in _rows)
        {
            Write(text, row);
        }
    }

    private static void Write(StringBuilder text, IReadOnlyList<string> cells) => text.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");
}
