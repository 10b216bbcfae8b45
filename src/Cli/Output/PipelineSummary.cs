using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Cli.Output;

/// <summary>What <c>demo</c>, <c>run</c> and <c>evaluate</c> say at the end.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Seed">Seed of all randomness.</param>
/// <param name="Counts">What became of the records.</param>
/// <param name="Seconds">From the first record to the last output.</param>
/// <param name="Forecasts">How the learners stand.</param>
internal sealed record PipelineSummary(PipelineDefinition Pipeline, ulong Seed, RecordCounts Counts, double Seconds, ForecastSummary Forecasts)
{
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = RelaxedJson.Encoder };

    /// <summary>One JSON object; a score that is not known, or not finite, is null.</summary>
    /// <param name="byKey">Whether to add the scores of each key.</param>
    internal JsonObject ToJson(bool byKey)
    {
        var json = new JsonObject
        {
            ["pipeline"] = Pipeline.Name,
            ["task"] = "forecast",
            ["records"] = Counts.Records,
            ["predictions"] = Counts.Predictions,
            ["dead_letters"] = Counts.DeadLetters,
            ["tombstones"] = Counts.Tombstones,
            ["no_rate"] = Counts.NoRate,
            ["dropped"] = Counts.Dropped,
            ["evictions"] = Counts.Evictions,
            ["skipped"] = Counts.Skipped,
            ["clamped_elapsed"] = Forecasts.ClampedElapsed,
            ["drift_alarms"] = Forecasts.DriftAlarms,
            ["records_per_second"] = Seconds > 0 ? Math.Round(Counts.Records / Seconds, 1) : null,
            ["seconds"] = Math.Round(Seconds, 3),
            ["state_hash"] = Forecasts.StateHash(),
            ["seed"] = Seed,
            ["keys"] = Forecasts.Keys.Count,
            ["horizons"] = new JsonArray([.. Pipeline.Plan.Task.Horizons.Select(horizon => (JsonNode)horizon)]),
            ["learner"] = Pipeline.Plan.Learners[0].Registration.Kind,
        };
        AddScores(json, Forecasts.Scores(0, ScoreView.SinceStart));
        AddAlerts(json, Forecasts.AlertsRaised, Forecasts.Alerts);
        json["coverage_by_horizon"] = Numbers(Forecasts.CoverageByHorizon());
        json["learners"] = new JsonArray([.. Enumerable.Range(0, Pipeline.Plan.Learners.Count).Select(Learner)]);
        if (byKey)
        {
            json["by_key"] = new JsonArray([.. Forecasts.Keys.Select(Key)]);
        }

        return json;
    }

    internal static string Line(JsonNode json) => json.ToJsonString(OneLine);

    private JsonNode Learner(int learner)
    {
        var json = new JsonObject { ["learner"] = Pipeline.Plan.Learners[learner].Registration.Kind };
        AddScores(json, Forecasts.Scores(learner, ScoreView.SinceStart));
        json["windowed"] = View(learner, ScoreView.Windowed);
        json["fading"] = View(learner, ScoreView.Fading);
        json["refused_updates"] = Forecasts.Refused(learner);
        json["recoveries"] = Forecasts.Recoveries(learner);
        return json;
    }

    private JsonNode Key(KeyReport key)
    {
        var json = new JsonObject
        {
            ["key"] = Encoding.UTF8.GetString(key.Key),
            ["records"] = key.Records,
            ["no_rate"] = key.NoRate,
            ["dropped"] = key.Dropped,
            ["clamped_elapsed"] = key.ClampedElapsed,
            ["drift_alarms"] = key.DriftAlarms,
        };
        AddAlerts(json, key.AlertsRaised, key.Alerts);
        AddScores(json, new ForecastSummary(Pipeline.Plan, [key]).Scores(0, ScoreView.SinceStart));
        return json;
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
        AddScores(json, Forecasts.Scores(learner, view));
        return json;
    }

    private void AddScores(JsonObject json, LearnerScores? scores)
    {
        json["mae"] = Number(scores?.Mae);
        json["rmse"] = Number(scores?.Rmse);
        json["smape"] = Number(scores?.Smape);
        json["skill"] = Number(scores?.Skill);
        json["skill_by_horizon"] = scores is null
            ? Numbers(Pipeline.Plan.Task.Horizons.Select(_ => double.NaN))
            : Numbers(scores.SkillByHorizon);
    }

    private static JsonValue? Number(double? value) => value is { } number && double.IsFinite(number) ? JsonValue.Create(number) : null;

    private static JsonArray Numbers(IEnumerable<double> values) => new([.. values.Select(value => Number(value))]);
}
