using System.Text.Json.Nodes;
using StreamLearn.Cluster.Health;
using StreamLearn.Cluster.Metrics;

namespace StreamLearn.Cli.Web.Dashboard;

/// <summary>A node and its cluster, for the dashboard.</summary>
internal static class NodeJson
{
    // Of a page, not of a report: /v1/cluster has them all.
    private const int MostMembers = 50;

    internal static JsonObject Of(ClusterReport cluster, MetricReading? node) => new()
    {
        ["address"] = cluster.Address,
        ["roles"] = JsonAnswer.Of(cluster.Roles),
        ["status"] = cluster.Status,
        ["ready"] = cluster.Ready,
        ["checks"] = JsonAnswer.Of(cluster.Checks),
        ["leader"] = cluster.Leader,
        ["members"] = JsonAnswer.Of(cluster.Members.Take(MostMembers)),
        ["members_left_out"] = cluster.MembersLeftOut + Math.Max(0, cluster.Members.Count - MostMembers),
        ["cpu_cores"] = Number("cpu_cores", node),
        ["memory"] = Number("memory_working_set", node),
        ["learner_memory"] = Number("learner_memory", node),
        ["tensors"] = Number("tensors", node),
    };

    private static JsonValue? Number(string field, MetricReading? node) => node is null ? null : JsonAnswer.Number(node[field]);
}
