namespace StreamLearn.Cluster.Health;

/// <summary>What a node has of a pipeline's learners.</summary>
/// <param name="Node">Its address.</param>
/// <param name="Shards">Shards that are there.</param>
/// <param name="Buckets">Buckets of them that are in memory.</param>
public sealed record NodeShards(string Node, int Shards, int Buckets);
