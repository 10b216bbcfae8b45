using System.Globalization;
using Spectre.Console;

namespace StreamLearn.Cli.Output;

/// <summary>What is shown to people, on standard error.</summary>
internal static class People
{
    /// <summary>Width of lines where nothing says how wide they may be.</summary>
    private const int WidthOfFiles = 160;

    internal static IAnsiConsole Console { get; } = Create();

    /// <summary>Whether somebody looks at a terminal that can be drawn on.</summary>
    internal static bool CanDraw => !System.Console.IsErrorRedirected && Console.Profile.Capabilities.Ansi;

    internal static void Say(string message) => Console.MarkupLineInterpolated($"{message}");

    /// <summary>The scores of all learners of a pipeline.</summary>
    internal static void Show(PipelineSummary summary)
    {
        var view = summary.View;
        var table = new Table().RoundedBorder();
        table.AddColumn(new TableColumn("learner").NoWrap());
        foreach (var column in view.ScoreColumns)
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        for (var i = 0; i < summary.Pipeline.Plan.Learners.Count; i++)
        {
            table.AddRow([.. view.Scores(i).Prepend(summary.Pipeline.Plan.Learners[i].Registration.Kind).Select(Markup.Escape)]);
        }

        Console.Write(table);
        view.Watch(summary.Counts);
        if (summary.Counts.Evictions > 0)
        {
            Say($"{summary.Counts.Evictions} times the key idle longest was forgotten for a new one: there are {summary.Pipeline.Plan.MaxKeys} at most");
        }

        if (summary.Counts.Skipped > 0)
        {
            Say($"{summary.Counts.Skipped} records had been deleted by retention before they were read, and were done without");
        }

        Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Pipeline.Name}: {summary.Counts.Records} records of {summary.Summary.Reports.Count} keys, {summary.Counts.Predictions} predictions, "
            + $"{summary.Counts.DeadLetters} dead letters, {summary.Seconds:0.0} s, state {summary.Summary.StateHash()[..12]}"));
    }

    private static IAnsiConsole Create()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(System.Console.Error) });
        if (System.Console.IsErrorRedirected)
        {
            console.Profile.Width = WidthOfFiles;
        }

        return console;
    }

    internal static string Number(double value) =>
        !double.IsFinite(value) ? "-" : value.ToString(Math.Abs(value) < 1e6 ? "0.0000" : "0.00e0", CultureInfo.InvariantCulture);
}
