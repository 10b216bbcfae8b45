namespace StreamLearn.Cluster.Placement;

/// <summary>Since when each shard of a pipeline is where it is: on which life of a node. For one thread at a time.</summary>
/// <param name="time">The clock.</param>
internal sealed class ShardHomes(TimeProvider time)
{
    private Dictionary<int, (string Address, int Uid, long Since)> _homes = [];

    /// <summary>Notes where shards are now; what is not among them is nowhere.</summary>
    internal void Note(IEnumerable<(int Shard, string Address, int Uid)> shards)
    {
        var now = time.GetTimestamp();
        _homes = shards.ToDictionary(
            shard => shard.Shard,
            shard => _homes.TryGetValue(shard.Shard, out var home) && (home.Address, home.Uid) == (shard.Address, shard.Uid) ? home : (shard.Address, shard.Uid, now));
    }

    /// <summary>When a shard was first found where it is, by the clock's timestamp.</summary>
    internal long Since(int shard) => _homes[shard].Since;
}
