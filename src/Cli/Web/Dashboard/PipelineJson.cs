using System.Text.Json.Nodes;
using StreamLearn.Actors.Metrics;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Health;
using StreamLearn.Cluster.Nodes;

namespace StreamLearn.Cli.Web.Dashboard;

/// <summary>A pipeline as this node sees it, for the dashboard.</summary>
internal static class PipelineJson
{
    /// <param name="configured">As it is configured.</param>
    /// <param name="running">As it runs here; null: the node has not come so far.</param>
    /// <param name="report">As the cluster reports it; null: not yet.</param>
    /// <param name="now">As of when.</param>
    internal static JsonObject Of(PipelineDefinition configured, RunningPipeline? running, PipelineReport? report, DateTimeOffset now)
    {
        var (state, problem) = PipelineState.Of(running);
        var json = new JsonObject
        {
            ["name"] = configured.Name,
            ["task"] = configured.Plan.TaskName,
            ["state"] = state,
            ["problem"] = problem,
            ["learner"] = configured.Plan.NameOf(0),
            ["topics"] = JsonAnswer.Of(configured.Sources.Select(source => source.Topic)),
            ["role"] = report?.Role,
            ["shards"] = report is null ? null : JsonAnswer.Of(report.Shards),
            ["shards_problem"] = report?.ShardsProblem,
        };
        if (running is not null)
        {
            AddProgress(json, running, now);
        }

        return json;
    }

    private static void AddProgress(JsonObject json, RunningPipeline running, DateTimeOffset now)
    {
        var progress = running.Progress;
        IReadOnlyList<PartitionFlow> partitions = [.. progress.Flow.Partitions, .. progress.Flow.Sources];
        json["records"] = progress.Records;
        json["predictions"] = progress.Predictions;
        json["dead_letters"] = progress.DeadLetters;
        json["drift_alarms"] = progress.DriftAlarms;
        json["alerts_raised"] = progress.AlertsRaised;
        json["rewinds"] = progress.Rewinds;
        json["barriers"] = progress.Barriers;
        json["partitions_here"] = progress.Partitions;
        json["partitions"] = running.Definition.Partitions;
        json["buckets"] = running.Definition.Partitions * running.Definition.Buckets;
        json["lag"] = JsonAnswer.Number(partitions.Count == 0 ? double.NaN : partitions.Sum(partition => partition.LagRecords ?? double.NaN));
        json["lag_time"] = JsonAnswer.Number(partitions.Select(partition => partition.LagSeconds(now) ?? double.NaN).DefaultIfEmpty(double.NaN).Max());
        json["checkpoint_problems"] = progress.CheckpointProblems.Count;
    }
}
