using MessagePack;

namespace StreamLearn.Cluster.Control;

/// <summary>A partition of a pipeline, as the node that reads it says.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Next">Offset of the first record that its last checkpoint does not cover; -1: the checkpoint was not made.</param>
/// <param name="Problem">Why it was not; null: it was.</param>
[MessagePackObject]
public sealed record ControlledPartition([property: Key(0)] int Partition, [property: Key(1)] long Next, [property: Key(2)] string? Problem);
