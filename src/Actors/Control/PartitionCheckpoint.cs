namespace StreamLearn.Actors.Control;

/// <summary>What has become of a checkpoint of a partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Next">Offset of the first record that it does not cover; -1: none was made.</param>
/// <param name="Problem">Why none was made; null: it was.</param>
public sealed record PartitionCheckpoint(int Partition, long Next, string? Problem);
