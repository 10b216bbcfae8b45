using System.Globalization;
using System.Text.Json.Nodes;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Scoring;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Cli.Output;

/// <summary>Forecasts: errors in units of each key's scale, and skill.</summary>
internal sealed class ForecastView(PipelineDefinition pipeline, ForecastPlan plan, ForecastSummary forecasts) : TaskView(pipeline, forecasts)
{
    internal override IReadOnlyList<string> ScoreColumns =>
        ["mae", "rmse", "smape", "skill", .. plan.Task.Horizons.Select(horizon => $"skill +{horizon}")];

    internal override IReadOnlyList<string> LiveColumns =>
    [
        (Pipeline.Schema as RecordSchema)?.Value ?? "value", $"forecast +{plan.Task.Horizons[0]}", "error", "skill",
        .. plan.Drift.Count > 0 ? ["drift alarms"] : Array.Empty<string>(),
    ];

    internal override IReadOnlyList<string> Scores(int learner) => forecasts.Scores(learner, ScoreView.SinceStart) is { } scores
        ?
        [
            People.Number(scores.Mae), People.Number(scores.Rmse), People.Number(scores.Smape), People.Number(scores.Skill),
            .. scores.SkillByHorizon.Select(People.Number),
        ]
        : [.. Enumerable.Repeat("-", 4 + plan.Task.Horizons.Count)];

    /// <summary>How often targets lay in their intervals, and what was seen beside the forecasts.</summary>
    internal override void Watch(RecordCounts counts)
    {
        var coverage = forecasts.CoverageByHorizon().Zip(plan.Task.Horizons, (share, horizon) => $"{People.Number(share)} at +{horizon}");
        People.Say(string.Create(
            CultureInfo.InvariantCulture, $"targets within [lo, hi]: {string.Join(", ", coverage)} (wanted: {plan.Task.Coverage})"));
        if (plan.Drift.Count > 0)
        {
            People.Say($"drift alarms: {forecasts.DriftAlarms}");
        }

        if (plan.Alerts.Enabled)
        {
            People.Say($"alerts raised: {forecasts.AlertsRaised}; precision {People.Number(forecasts.Alerts.Precision)}, "
                + $"recall {People.Number(forecasts.Alerts.Recall)}, in steps");
        }

        if (counts.NoRate + counts.Dropped + forecasts.ClampedElapsed > 0)
        {
            People.Say($"{counts.NoRate} readings without a rate, {counts.Dropped} late records dropped, "
                + $"{forecasts.ClampedElapsed} learned out of order");
        }
    }

    internal override IReadOnlyList<string> LiveCells(KeyReport report)
    {
        var key = (ForecastKeyReport)report;
        var last = key.ErrorsOf(0, 0, ScoreView.Fading);
        return
        [
            Load(key.Value), Load(key.Forecasts[0]), last.Weight > 0 ? (last.Absolute / last.Weight).ToString("0.0 %", CultureInfo.InvariantCulture) : "-",
            Skill(forecasts.SkillOf(key, ScoreView.SinceStart)), .. plan.Drift.Count > 0 ? [Alarms(key.DriftAlarms)] : Array.Empty<string>(),
        ];
    }

    /// <summary>Mean absolute error since the start, over all horizons, in units of the key's scale; NaN: none is scored.</summary>
    internal override double ScoreOf(KeyReport report)
    {
        var key = (ForecastKeyReport)report;
        var sums = Enumerable.Range(0, key.Forecasts.Length)
            .Select(horizon => key.ErrorsOf(0, horizon, ScoreView.SinceStart))
            .Where(errors => errors.Weight > 0)
            .Select(errors => errors.Absolute / errors.Weight).ToList();
        return sums.Count == 0 ? double.NaN : sums.Average();
    }

    internal override void AddTo(JsonObject json)
    {
        json["clamped_elapsed"] = forecasts.ClampedElapsed;
        json["drift_alarms"] = forecasts.DriftAlarms;
        json["horizons"] = new JsonArray([.. plan.Task.Horizons.Select(horizon => (JsonNode)horizon)]);
        AddScores(json, forecasts.Scores(0, ScoreView.SinceStart));
        AddAlerts(json, forecasts.AlertsRaised, forecasts.Alerts);
        json["coverage_by_horizon"] = Numbers(forecasts.CoverageByHorizon());
    }

    internal override void AddTo(JsonObject json, int learner)
    {
        AddScores(json, forecasts.Scores(learner, ScoreView.SinceStart));
        json["windowed"] = View(learner, ScoreView.Windowed);
        json["fading"] = View(learner, ScoreView.Fading);
    }

    internal override void AddTo(JsonObject json, KeyReport report)
    {
        var key = (ForecastKeyReport)report;
        json["no_rate"] = key.NoRate;
        json["dropped"] = key.Dropped;
        json["clamped_elapsed"] = key.ClampedElapsed;
        json["drift_alarms"] = key.DriftAlarms;
        AddAlerts(json, key.AlertsRaised, key.Alerts);
        AddScores(json, new ForecastSummary(plan, [key]).Scores(0, ScoreView.SinceStart));
    }

    private static void AddAlerts(JsonObject json, long raised, AlertCounts counts)
    {
        json["alerts_raised"] = raised;
        json["alert_steps"] = new JsonObject
        {
            ["true_positives"] = counts.TruePositives,
            ["false_positives"] = counts.FalsePositives,
            ["misses"] = counts.Misses,
            ["true_negatives"] = counts.TrueNegatives,
        };
        json["alert_precision"] = Number(counts.Precision);
        json["alert_recall"] = Number(counts.Recall);
    }

    private JsonObject View(int learner, ScoreView view)
    {
        var json = new JsonObject();
        AddScores(json, forecasts.Scores(learner, view));
        return json;
    }

    private void AddScores(JsonObject json, LearnerScores? scores)
    {
        json["mae"] = Number(scores?.Mae);
        json["rmse"] = Number(scores?.Rmse);
        json["smape"] = Number(scores?.Smape);
        json["skill"] = Number(scores?.Skill);
        json["skill_by_horizon"] = Numbers(scores?.SkillByHorizon ?? plan.Task.Horizons.Select(_ => double.NaN));
    }

    private static string Alarms(long alarms) =>
        alarms == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"[yellow]{alarms}[/]");

    private static string Load(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Skill(double skill) => double.IsFinite(skill)
        ? $"[{(skill >= 0 ? "green" : "red")}]{skill.ToString("+0.000;-0.000", CultureInfo.InvariantCulture)}[/]"
        : "-";
}
