namespace StreamLearn.Cluster.Placement;

/// <summary>What the shards of a pipeline cost, measured or supposed.</summary>
/// <param name="known">The measured ones, each above 0.</param>
/// <param name="otherwise">Cost of a shard where none is measured.</param>
internal sealed class ShardCosts(IReadOnlyDictionary<int, double> known, double otherwise = 1)
{
    /// <summary>Cost of a shard that is not measured: the mean of those that are.</summary>
    internal double Unknown { get; } = known.Count > 0 ? known.Values.Average() : otherwise;

    internal double Of(int shard) => known.TryGetValue(shard, out var cost) ? cost : Unknown;
}
