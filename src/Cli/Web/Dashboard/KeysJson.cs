using System.Text;
using System.Text.Json.Nodes;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Watching;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Cli.Web.Dashboard;

/// <summary>Keys of a pipeline, and what has happened to them, for the dashboard.</summary>
internal static class KeysJson
{
    internal static JsonObject Of(PipelineDefinition pipeline, KeyList list) => new()
    {
        ["total"] = list.Total,
        ["matching"] = list.Matching,
        ["silent_buckets"] = list.Silent,
        ["rows"] = new JsonArray([.. list.Keys.Select(key => RowOf(pipeline, key))]),
    };

    internal static JsonArray Events(PipelineDefinition pipeline, KeyList list) => new([.. list.Events.Select(one => EventOf(pipeline, one))]);

    private static JsonObject RowOf(PipelineDefinition pipeline, ListedKey key)
    {
        var standing = key.Standing;
        var row = new JsonObject
        {
            ["key"] = Encoding.UTF8.GetString(standing.Key),
            ["partition"] = key.Bucket.Partition,
            ["records"] = standing.Records,
        };
        if (standing.Numbers.Length == 0)
        {
            row["status"] = "stored";
            return row;
        }

        row["time"] = standing.Records > 0 ? standing.Time : null;
        TaskBoard.Of(pipeline.Plan).AddKey(row, standing);
        return row;
    }

    private static JsonObject EventOf(PipelineDefinition pipeline, ListedEvent listed)
    {
        var one = listed.Event;
        var json = new JsonObject
        {
            ["time"] = one.Time,
            ["key"] = Encoding.UTF8.GetString(one.Key),
            ["partition"] = listed.Partition,
            ["offset"] = one.Offset,
        };
        switch (one.Kind)
        {
            case KeyEventKind.Drift when (pipeline.Plan as ForecastPlan)?.Drift.ElementAtOrDefault(one.Place) is { } detector:
                json["kind"] = "drift";
                json["detector"] = detector.Registration.Kind;
                json["on"] = detector.On.Text();
                json["reaction"] = detector.Reaction == DriftReaction.None ? null : detector.Reaction.Text();
                break;
            case KeyEventKind.AlertRaised or KeyEventKind.AlertCleared:
                json["kind"] = one.Kind == KeyEventKind.AlertRaised ? "alert" : "alert-cleared";
                json["horizon"] = one.Place;
                json["bound"] = JsonAnswer.Number(one.Bound);
                json["threshold"] = JsonAnswer.Number(one.Threshold);
                break;
            case KeyEventKind.Recovery when one.Place < pipeline.Plan.Learners.Count:
                json["kind"] = "recovery";
                json["learner"] = pipeline.Plan.NameOf(one.Place);
                break;
            default:
                json["kind"] = "other";
                break;
        }

        return json;
    }
}
