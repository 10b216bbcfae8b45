using System.Globalization;
using System.Text;
using Akka.Actor;
using Spectre.Console;
using StreamLearn.Cluster.Nodes;
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

    private static readonly TimeSpan Redraw = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SayAgain = TimeSpan.FromSeconds(10);

    private long _lastRecords;
    private long _lastTime;

    /// <summary>Shows the pipeline until <paramref name="until"/> ends.</summary>
    internal async Task ShowAsync(Task until)
    {
        _lastTime = time.GetTimestamp();
        if (People.CanDraw)
        {
            await People.Console.Live(new Text("starting")).StartAsync(context => LoopAsync(until, Redraw, () => DrawAsync(context)));
        }
        else
        {
            await LoopAsync(until, SayAgain, () =>
            {
                People.Say(Caption());
                return Task.CompletedTask;
            });
        }
    }

    private async Task LoopAsync(Task until, TimeSpan every, Func<Task> show)
    {
        while (!until.IsCompleted)
        {
            await Task.WhenAny(until, Task.Delay(every, time));
            if (!until.IsCompleted)
            {
                await show();
            }
        }
    }

    private async Task DrawAsync(LiveDisplayContext context)
    {
        try
        {
            context.UpdateTarget(Table(await pipeline.SummarizeAsync(MostRows + 1)));
        }
        catch (AskTimeoutException)
        {
            // A bucket that has just crashed, or is busy, is no reason to stop: the table stays as it is until the next time.
        }
    }

    private Table Table(ForecastSummary summary)
    {
        var task = pipeline.Definition.Plan.Task;
        var table = new Table().RoundedBorder().Caption(Markup.Escape(Caption()));
        table.AddColumn(pipeline.Definition.Schema.Key);
        var watched = pipeline.Definition.Plan.Drift.Count > 0;
        string[] columns = [pipeline.Definition.Schema.Value, $"forecast +{task.Horizons[0]}", "error", "skill", .. watched ? ["drift alarms"] : Array.Empty<string>()];
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(Markup.Escape(column)).RightAligned());
        }

        foreach (var key in summary.Keys.Take(MostRows))
        {
            var name = Encoding.UTF8.GetString(key.Key);
            var last = key.ErrorsOf(0, 0, ScoreView.Fading);
            var skill = summary.SkillOf(key, ScoreView.SinceStart);
            var down = isDown?.Invoke(name) == true;
            string[] row =
            [
                down ? $"[red]{Markup.Escape(name)} down[/]" : Markup.Escape(name), Load(key.Value), Load(key.Forecasts[0]),
                last.Weight > 0 ? (last.Absolute / last.Weight).ToString("0.0 %", CultureInfo.InvariantCulture) : "-",
                Skill(skill), .. watched ? [Alarms(key.DriftAlarms)] : Array.Empty<string>(),
            ];
            table.AddRow(row);
        }

        if (summary.Keys.Count > MostRows)
        {
            table.AddRow("…");
        }

        return table;
    }

    private string Caption()
    {
        var now = time.GetTimestamp();
        var records = pipeline.Progress.Records;
        var rate = (records - _lastRecords) / Math.Max(1e-9, time.GetElapsedTime(_lastTime, now).TotalSeconds);
        (_lastRecords, _lastTime) = (records, now);
        var plan = pipeline.Definition.Plan;
        return string.Create(
                CultureInfo.InvariantCulture,
                $"{note()}  {records} records, {rate:0} records/s, {pipeline.Progress.DeadLetters} dead letters")
            + (plan.Drift.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $", {pipeline.Progress.DriftAlarms} drift alarms") : "")
            + (plan.Alerts.Enabled ? string.Create(CultureInfo.InvariantCulture, $", {pipeline.Progress.AlertsRaised} alerts") : "");
    }

    private static string Alarms(long alarms) =>
        alarms == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"[yellow]{alarms}[/]");

    private static string Load(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Skill(double skill) => double.IsFinite(skill)
        ? $"[{(skill >= 0 ? "green" : "red")}]{skill.ToString("+0.000;-0.000", CultureInfo.InvariantCulture)}[/]"
        : "-";
}
