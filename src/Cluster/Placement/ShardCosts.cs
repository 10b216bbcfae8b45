namespace StreamLearn.Cluster.Placement;

/// <summary>What the shards of a pipeline cost, measured or supposed.</summary>
/// <param name="known">The measured ones, each above 0.</param>
/// <param name="otherwise">Cost of a shard where none is measured.</param>
/// <param name="idle">Shards without a bucket: they cost what being costs, whatever they did before.</param>
internal sealed class ShardCosts(IReadOnlyDictionary<int, double> known, double otherwise = 1, IReadOnlySet<int>? idle = null)
{
    /// <summary>Cost of a shard that is not measured: the mean of those that are.</summary>
    internal double Unknown { get; } = known.Count > 0 ? known.Values.Average() : otherwise;

    /// <summary>Whether a shard has no bucket: to move it would move nothing.</summary>
    internal bool IsIdle(int shard) => idle?.Contains(shard) == true;

    internal double Of(int shard) =>
        IsIdle(shard) ? MeasuredAllocation.CostOfBeing : known.TryGetValue(shard, out var cost) ? cost : Unknown;

    /// <summary>The same, where some shards have no bucket. Where nothing is measured they are like the others: there is nothing to be less than.</summary>
    internal ShardCosts WithIdle(IReadOnlySet<int> shards) => known.Count > 0 ? new ShardCosts(known, otherwise, shards) : this;
}
