using System.Text;
using System.Text.Json.Nodes;
using StreamLearn.Actors.Messages;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Health;
using StreamLearn.Cluster.Metrics;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Cluster.Watching;

namespace StreamLearn.Cli.Web.Dashboard;

/// <summary>What one reader is told of a node: the node, all its pipelines, and of the chosen one its keys, what has been measured, and the chosen key.</summary>
/// <param name="selection">What the reader wants to see.</param>
/// <param name="config">The node's configuration.</param>
/// <param name="health">Says how the node is.</param>
/// <param name="watch">Says what its pipelines do.</param>
/// <param name="time">The clock.</param>
internal sealed class LiveSession(LiveSelection selection, StreamLearnConfig config, NodeHealth health, NodeWatch watch, TimeProvider time)
{
    // A key that has not been asked for before has more than an answer holds; what there is more still waits for the next time.
    private const int MostPages = 4;

    private DateTimeOffset _told = DateTimeOffset.MinValue;
    private long _after = WatchKey.Everything;
    private bool _isDescribed;

    /// <summary>What there is to see now.</summary>
    internal async Task<JsonObject> NextAsync()
    {
        var cluster = await health.ClusterAsync();
        var json = new JsonObject
        {
            ["time"] = time.GetUtcNow().ToUnixTimeMilliseconds(),
            ["node"] = NodeJson.Of(cluster, watch.Latest.Of(MetricCatalog.OfNode).FirstOrDefault()),
            ["pipelines"] = new JsonArray([.. config.Pipelines.Select(pipeline => PipelineJson.Of(
                pipeline, watch.Pipelines.FirstOrDefault(running => running.Definition.Name == pipeline.Name),
                cluster.Pipelines.FirstOrDefault(report => report.Pipeline == pipeline.Name), time.GetUtcNow()))]),
        };
        var chosen = selection.Pipeline ?? (config.Pipelines.Count > 0 ? config.Pipelines[0].Name : null);
        if (watch.Pipelines.FirstOrDefault(running => running.Definition.Name == chosen) is { } pipeline)
        {
            json["chosen"] = await ChosenAsync(pipeline);
        }

        return json;
    }

    private async Task<JsonObject> ChosenAsync(RunningPipeline pipeline)
    {
        var definition = pipeline.Definition;
        var (list, points) = (watch.FindAsync(definition.Name, selection.Search), PointsAsync(definition.Name));
        var moments = watch.MomentsAfter(definition.Name, _told);
        _told = moments.Count > 0 ? moments[^1].Time : _told;
        var json = new JsonObject { ["name"] = definition.Name };
        if (!_isDescribed)
        {
            json["plan"] = PlanJson.Of(definition);
            _isDescribed = true;
        }

        json["moments"] = new JsonArray([.. moments.Select(moment => MomentJson.Of(definition.Plan, moment))]);
        json["keys"] = KeysJson.Of(definition, await list);
        json["events"] = KeysJson.Events(definition, await list);
        json["watched"] = await points;
        return json;
    }

    private async Task<JsonNode?> PointsAsync(string pipeline)
    {
        if (selection.Key is null)
        {
            return null;
        }

        var key = Encoding.UTF8.GetBytes(selection.Key);
        var points = new JsonArray();
        var known = false;
        for (var page = 0; page < MostPages; page++)
        {
            if (await watch.WatchAsync(pipeline, key, selection.Partition, _after) is not { } answer)
            {
                break;
            }

            (known, _after) = (true, answer.UpTo);
            for (var i = 0; i < answer.Offsets.Length; i++)
            {
                points.Add(PointOf(answer, i));
            }

            if (!answer.IsMore)
            {
                break;
            }
        }

        return new JsonObject { ["key"] = selection.Key, ["partition"] = selection.Partition, ["known"] = known, ["points"] = points };
    }

    /// <summary>Offset, time, then the numbers.</summary>
    private static JsonArray PointOf(WatchedPoints points, int number)
    {
        var point = new JsonArray(points.Offsets[number], points.Times[number]);
        foreach (var value in points.Numbers.AsSpan(number * points.Width, points.Width))
        {
            point.Add(JsonAnswer.Number(value));
        }

        return point;
    }
}
