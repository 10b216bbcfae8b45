using MessagePack;

namespace StreamLearn.Cluster.Control;

/// <summary>What a node says to a <see cref="ControlQuestion"/>.</summary>
/// <param name="Paused">Whether its ingests are paused.</param>
/// <param name="Problem">Why the node could not look; null: it has.</param>
/// <param name="Partitions">The partitions that it reads, where checkpoints were wanted; none where it does not run the pipeline.</param>
[MessagePackObject]
public sealed record ControlAnswer(
    [property: Key(0)] bool Paused, [property: Key(1)] string? Problem, [property: Key(2)] IReadOnlyList<ControlledPartition> Partitions) : IControlMessage;
