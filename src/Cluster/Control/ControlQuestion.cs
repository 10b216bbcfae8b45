using MessagePack;

namespace StreamLearn.Cluster.Control;

/// <summary>Asks a node to look whether a pipeline is paused, now, and for checkpoints of the partitions that it reads.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Checkpoint">Whether checkpoints are wanted.</param>
/// <param name="LimitMilliseconds">How long they may take.</param>
[MessagePackObject]
public sealed record ControlQuestion(
    [property: Key(0)] string Pipeline, [property: Key(1)] bool Checkpoint, [property: Key(2)] int LimitMilliseconds) : IControlMessage;
