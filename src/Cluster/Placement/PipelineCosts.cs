using MessagePack;

namespace StreamLearn.Cluster.Placement;

/// <summary>What the shards of a pipeline cost the node that they are on.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Role">The role that it runs on.</param>
/// <param name="Shards">Its shards on the node.</param>
/// <param name="Costs">For each, busy seconds per second; NaN: not known yet.</param>
[MessagePackObject]
public sealed record PipelineCosts(
    [property: Key(0)] string Pipeline, [property: Key(1)] string Role, [property: Key(2)] IReadOnlyList<int> Shards,
    [property: Key(3)] IReadOnlyList<float> Costs)
{
    internal string? Problem() => Pipeline is null || Role is null || Shards is null || Costs is null || Shards.Count != Costs.Count
        ? "a pipeline without a name, a role, or a cost for each shard"
        : Shards.Any(shard => shard < 0) || Costs.Any(cost => cost < 0 || float.IsInfinity(cost))
            ? $"a shard or a cost of {Pipeline} below 0 or infinite"
            : null;
}
