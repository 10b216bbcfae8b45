using System.CommandLine;
using StreamLearn.Cli.Commands;

namespace StreamLearn.Cli.Sources.Texts;

/// <summary>The options that say how files of text become documents.</summary>
internal sealed class TextOptions
{
    private const int DefaultLines = 10;

    private readonly Option<int?> _lines = Count(
        "--document-lines", $"of files of text: lines of a document (default: {DefaultLines})", 1_000_000);

    private readonly Option<int?> _texts = Count("--texts", "of texts: documents at most (default: all)", int.MaxValue);

    private TextOptions()
    {
    }

    internal static TextOptions AddTo(Command command)
    {
        var options = new TextOptions();
        command.Options.Add(options._lines);
        command.Options.Add(options._texts);
        return options;
    }

    /// <summary>Refuses them for other tasks.</summary>
    internal void RefuseFor(ParseResult parsed, string what, string expected)
    {
        foreach (var option in new[] { _lines, _texts })
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                throw new UsageException($"{option.Name} is given with {what}; expected it with {expected} only.");
            }
        }
    }

    /// <summary>The documents of the files.</summary>
    internal TextMixture MixtureOf(ParseResult parsed, IReadOnlyList<TextFile> files, ulong seed, int most = int.MaxValue) =>
        new(files, parsed.GetValue(_lines) ?? DefaultLines, seed, MostTexts(parsed, most));

    /// <summary>Texts at most.</summary>
    internal int MostTexts(ParseResult parsed, int most = int.MaxValue) => parsed.GetValue(_texts) ?? most;

    private static Option<int?> Count(string name, string description, int most)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, out var count) && count >= 1 && count <= most))
            {
                result.AddError($"{name} is '{token.Value}'; expected a whole number from 1 to {most}.");
            }
        });
        return option;
    }
}
