namespace StreamLearn.Actors.Buckets;

/// <summary>What a shard of a pipeline costs this node.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Shard">The shard.</param>
/// <param name="Cost">Busy seconds per second, of one thread; NaN: it has not been here for long enough to tell.</param>
public readonly record struct ShardCost(string Pipeline, int Shard, double Cost);
