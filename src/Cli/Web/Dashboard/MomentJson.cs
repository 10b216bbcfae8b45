using System.Text.Json.Nodes;
using StreamLearn.Cluster.Metrics;
using StreamLearn.Cluster.Watching;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Cli.Web.Dashboard;

/// <summary>What a node has measured of a pipeline at a moment, for the dashboard.</summary>
internal static class MomentJson
{
    private static readonly string[] FlowFields =
        ["records", "predictions", "dead_letters", "lag", "lag_time", "source_lag", "in_flight", "undelivered", "chunk_p50", "answer_p50", "answer_p99"];

    internal static JsonObject Of(LearnerPlan plan, PipelineMoment moment)
    {
        var board = TaskBoard.Of(plan);
        var learners = new JsonArray();
        foreach (var reading in moment.Learners)
        {
            var learner = new JsonObject { ["learner"] = reading.Tags[^1] };
            Add(learner, reading, board.LearnerFields);
            learners.Add(learner);
        }

        var json = new JsonObject { ["time"] = moment.Time.ToUnixTimeMilliseconds(), ["learners"] = learners };
        Add(json, moment.Flow, FlowFields);
        Add(json, moment.Task, board.PipelineFields);
        return json;
    }

    private static void Add(JsonObject json, MetricReading? reading, IReadOnlyList<string> fields)
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
