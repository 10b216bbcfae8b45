namespace StreamLearn.Bench;

/// <summary>What stands after a benchmark's name.</summary>
/// <param name="Json"><c>--json</c>: rows as the last line of standard output.</param>
/// <param name="Table"><c>--table</c>: a Markdown table on standard output.</param>
/// <param name="Links"><c>--links N</c>: how many series; null: not said.</param>
internal sealed record BenchmarkArguments(bool Json = false, bool Table = false, int? Links = null)
{
    /// <returns>Null where something else stands there, or a number that is none from 1 to 1,000,000.</returns>
    internal static BenchmarkArguments? Parse(ReadOnlySpan<string> arguments)
    {
        var parsed = new BenchmarkArguments();
        while (!arguments.IsEmpty)
        {
            switch (arguments)
            {
                case ["--json", ..]:
                    parsed = parsed with { Json = true };
                    arguments = arguments[1..];
                    break;
                case ["--table", ..]:
                    parsed = parsed with { Table = true };
                    arguments = arguments[1..];
                    break;
                case ["--links", var text, ..] when int.TryParse(text, out var links) && links is >= 1 and <= 1_000_000:
                    parsed = parsed with { Links = links };
                    arguments = arguments[2..];
                    break;
                default:
                    return null;
            }
        }

        return parsed;
    }
}
