namespace StreamLearn.Cluster.Control;

/// <summary>A partition with its checkpoint.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Next">Offset of the first record that the checkpoint does not cover; it is committed.</param>
/// <param name="Node">Address of the node that reads it.</param>
public sealed record CheckpointedPartition(int Partition, long Next, string Node);
