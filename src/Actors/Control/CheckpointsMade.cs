namespace StreamLearn.Actors.Control;

/// <summary>What has become of <see cref="MakeCheckpoint"/>. Never leaves the node.</summary>
/// <param name="Partitions">The partitions that the node reads.</param>
public sealed record CheckpointsMade(IReadOnlyList<PartitionCheckpoint> Partitions);
