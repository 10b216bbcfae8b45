using System.Globalization;
using System.Text;
using Akka.Actor;
using Spectre.Console;
using Spectre.Console.Rendering;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Cli.Output;

/// <summary>A live table of a pipeline's keys on a terminal; a line now and then where there is none.</summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="time">Clock of the view.</param>
/// <param name="note">What to say beside the counts, e.g. the time in the simulation.</param>
/// <param name="isDown">Whether the key of that name is known to have failed by now: it is marked.</param>
internal sealed class LiveView(RunningPipeline pipeline, TimeProvider time, Func<string> note, Func<string, bool>? isDown = null)
{
    private const int MostRows = 30;

    private long _lastRecords;
    private long _lastTime;

    /// <summary>Shows the pipeline until <paramref name="until"/> ends.</summary>
    internal async Task ShowAsync(Task until)
    {
        _lastTime = time.GetTimestamp();
        await new LiveDisplay(time, DrawAsync, Caption).ShowAsync(until);
    }

    private async Task<IRenderable?> DrawAsync()
    {
        try
        {
            return Table(await pipeline.SummarizeAsync(MostRows + 1));
        }
        catch (AskTimeoutException)
        {
            // A bucket that has just crashed, or is busy, is no reason to stop: the table stays as it is until the next time.
            return null;
        }
    }

    private Table Table(TaskSummary summary)
    {
        var view = TaskView.Of(pipeline.Definition, summary);
        var caption = Caption();
        var table = new Table().RoundedBorder();
        table.AddColumn(Markup.Escape(pipeline.Definition.Schema.Key is { Length: > 0 } key ? key : "key"));
        foreach (var column in view.LiveColumns)
        {
            table.AddColumn(new TableColumn(Markup.Escape(column)).RightAligned());
        }

        foreach (var report in summary.Reports.Take(MostRows))
        {
            var name = Encoding.UTF8.GetString(report.Key);
            var shown = isDown?.Invoke(name) == true ? $"[red]{Markup.Escape(name)} down[/]" : Markup.Escape(name);
            table.AddRow([shown, .. view.LiveCells(report)]);
        }

        if (summary.Reports.Count > MostRows)
        {
            table.AddRow("…");
        }
        else
        {
            caption = string.Join('\n', view.LiveNotes.Prepend(caption));
        }

        return table.Caption(Markup.Escape(caption));
    }

    private string Caption()
    {
        var now = time.GetTimestamp();
        var records = pipeline.Progress.Records;
        var rate = (records - _lastRecords) / Math.Max(1e-9, time.GetElapsedTime(_lastTime, now).TotalSeconds);
        (_lastRecords, _lastTime) = (records, now);
        var forecasts = pipeline.Definition.Plan as ForecastPlan;
        return string.Create(
                CultureInfo.InvariantCulture,
                $"{note()}  {records} records, {rate:0} records/s, {pipeline.Progress.DeadLetters} dead letters")
            + (forecasts?.Drift.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $", {pipeline.Progress.DriftAlarms} drift alarms") : "")
            + (forecasts?.Alerts.Enabled == true ? string.Create(CultureInfo.InvariantCulture, $", {pipeline.Progress.AlertsRaised} alerts") : "");
    }
}
