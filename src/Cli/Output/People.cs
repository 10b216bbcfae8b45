using System.Globalization;
using Spectre.Console;
using StreamLearn.Learners.Forecasting;

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
        var horizons = summary.Pipeline.Plan.Task.Horizons;
        var table = new Table().RoundedBorder();
        table.AddColumn(new TableColumn("learner").NoWrap());
        table.AddColumn(new TableColumn("mae").RightAligned());
        table.AddColumn(new TableColumn("rmse").RightAligned());
        table.AddColumn(new TableColumn("smape").RightAligned());
        table.AddColumn(new TableColumn("skill").RightAligned());
        foreach (var horizon in horizons)
        {
            table.AddColumn(new TableColumn($"skill +{horizon}").RightAligned());
        }


        for (var i = 0; i < summary.Pipeline.Plan.Learners.Count; i++)
        {
            var scores = summary.Forecasts.Scores(i, ScoreView.SinceStart);
            var cells = new List<string> { summary.Pipeline.Plan.Learners[i].Registration.Kind };
            cells.AddRange(scores is null
                ? Enumerable.Repeat("-", 4 + horizons.Count)
                : [Number(scores.Mae), Number(scores.Rmse), Number(scores.Smape), Number(scores.Skill), .. scores.SkillByHorizon.Select(Number)]);
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }

        Console.Write(table);
        Watch(summary);
        Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Pipeline.Name}: {summary.Counts.Records} records of {summary.Forecasts.Keys.Count} keys, {summary.Counts.Predictions} predictions, "
            + $"{summary.Counts.DeadLetters} dead letters, {summary.Seconds:0.0} s, state {summary.Forecasts.StateHash()[..12]}"));
    }

    /// <summary>How often targets lay in their intervals, and what was seen beside the forecasts.</summary>
    private static void Watch(PipelineSummary summary)
    {
        var plan = summary.Pipeline.Plan;
        var forecasts = summary.Forecasts;
        var coverage = forecasts.CoverageByHorizon().Zip(plan.Task.Horizons, (share, horizon) => $"{Number(share)} at +{horizon}");
        Say(string.Create(
            CultureInfo.InvariantCulture, $"targets within [lo, hi]: {string.Join(", ", coverage)} (wanted: {plan.Task.Coverage})"));
        if (plan.Drift.Count > 0)
        {
            Say($"drift alarms: {forecasts.DriftAlarms}");
        }

        if (plan.Alerts.Enabled)
        {
            Say($"alerts raised: {forecasts.AlertsRaised}; precision {Number(forecasts.Alerts.Precision)}, "
                + $"recall {Number(forecasts.Alerts.Recall)}, in steps");
        }

        if (summary.Counts.Evictions > 0)
        {
            Say($"{summary.Counts.Evictions} times the key idle longest was forgotten for a new one: there are {plan.MaxKeys} at most");
        }

        if (summary.Counts.Skipped > 0)
        {
            Say($"{summary.Counts.Skipped} records had been deleted by retention before they were read, and were done without");
        }

        if (summary.Counts.NoRate + summary.Counts.Dropped + forecasts.ClampedElapsed > 0)
        {
            Say($"{summary.Counts.NoRate} readings without a rate, {summary.Counts.Dropped} late records dropped, "
                + $"{forecasts.ClampedElapsed} learned out of order");
        }
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
        double.IsFinite(value) ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "-";
}
