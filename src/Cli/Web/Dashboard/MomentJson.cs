using System.Text.Json.Nodes;
using StreamLearn.Cluster.Metrics;
using StreamLearn.Cluster.Watching;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Cli.Web.Dashboard;

/// <summary>What a node has measured of a pipeline at a moment, for the dashboard.</summary>
internal static class MomentJson
{
    private static readonly string[] FlowFields =
        ["records", "predictions", "dead_letters", "lag", "lag_time", "source_lag", "in_flight", "undelivered", "chunk_p50", "answer_p50", "answer_p99"];

    // "error" is what the chart of errors shows: the last value's at 1 - skill, for every learner.
    private static readonly string[] ForecastFields = ["mae_fading", "mae_windowed", "skill_fading", "skill_windowed", "mae", "skill"];
    private static readonly string[] BanditTaskFields = ["loss", "loss_fading", "reward", "regret", "propensity", "decisions", "learned", "waiting"];
    private static readonly string[] BanditFields = ["doubly_robust", "doubly_robust_error", "effective_sample_size"];

    internal static JsonObject Of(LearnerPlan plan, PipelineMoment moment)
    {
        var isBandit = plan is BanditPlan;
        var learners = new JsonArray();
        foreach (var reading in moment.Learners)
        {
            var learner = new JsonObject { ["learner"] = reading.Tags[^1] };
            Add(learner, reading, isBandit ? BanditFields : ForecastFields);
            learners.Add(learner);
        }

        var json = new JsonObject { ["time"] = moment.Time.ToUnixTimeMilliseconds(), ["learners"] = learners };
        Add(json, moment.Flow, FlowFields);
        Add(json, moment.Task, isBandit ? BanditTaskFields : ["keys", "event_time"]);
        return json;
    }

    private static void Add(JsonObject json, MetricReading? reading, string[] fields)
    {
        if (reading is null)
        {
            return;
        }

        foreach (var field in fields)
        {
            json[field] = JsonAnswer.Number(reading[field]);
        }
    }
}
