using StreamLearn.Actors.Buckets;

namespace StreamLearn.Cluster.Placement;

/// <summary>Makes the parts of a report, each well below what the smallest frame between nodes holds.</summary>
internal static class NodeReports
{
    // Of a shard with its cost, and of a pipeline besides its names, at most.
    private const int ShardBytes = 10;
    private const int PipelineBytes = 32;

    /// <summary>The parts of a report; at least one.</summary>
    /// <param name="whole">The report without pipelines and parts.</param>
    /// <param name="costs">The node's costs, by pipeline.</param>
    /// <param name="roleOf">The role that a pipeline runs on.</param>
    /// <param name="mostBytes">Of the pipelines of a part, about.</param>
    internal static IReadOnlyList<NodeReport> Split(
        NodeReport whole, IReadOnlyList<ShardCost> costs, Func<string, string> roleOf, int mostBytes = 64 * 1024)
    {
        var parts = new List<List<PipelineCosts>> { new() };
        var left = mostBytes;
        for (var first = 0; first < costs.Count;)
        {
            var pipeline = costs[first].Pipeline;
            var role = roleOf(pipeline);
            var head = PipelineBytes + (3 * (pipeline.Length + role.Length));
            if (left < head + ShardBytes && parts[^1].Count > 0)
            {
                parts.Add([]);
                left = mostBytes;
            }

            var room = Math.Max(1, (left - head) / ShardBytes);
            var end = first;
            while (end < costs.Count && end - first < room && costs[end].Pipeline == pipeline)
            {
                end++;
            }

            parts[^1].Add(new PipelineCosts(
                pipeline, role, [.. costs.Take(first..end).Select(cost => cost.Shard)], [.. costs.Take(first..end).Select(cost => (float)cost.Cost)]));
            left -= head + ((end - first) * ShardBytes);
            first = end;
        }

        return [.. parts.Select((pipelines, part) => whole with { Part = part, Parts = parts.Count, Pipelines = pipelines })];
    }
}
