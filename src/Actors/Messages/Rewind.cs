using MessagePack;

namespace StreamLearn.Actors.Messages;

/// <summary>"I have lost something: send everything after <paramref name="LastApplied"/> again."</summary>
/// <param name="Bucket">From this bucket.</param>
/// <param name="Epoch">The epoch of the chunk.</param>
/// <param name="LastApplied">Last offset that its state covers; -1: none.</param>
[MessagePackObject]
public sealed record Rewind([property: Key(0)] BucketId Bucket, [property: Key(1)] int Epoch, [property: Key(2)] long LastApplied) : IBucketMessage;
