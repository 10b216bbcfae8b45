using MessagePack;
using StreamLearn.Learners.Examples;

namespace StreamLearn.Actors.Messages;

/// <summary>"The chunk up to <paramref name="ChunkLast"/> is applied."</summary>
/// <param name="Bucket">From this bucket.</param>
/// <param name="Epoch">The epoch of the chunk.</param>
/// <param name="ChunkLast">Which chunk: its last offset.</param>
/// <param name="LastApplied">Last offset applied; beyond the chunk where that had been applied before.</param>
/// <param name="FirstRow">Row of the chunk from which on there are predictions; those of the rows before it were answered long ago.</param>
/// <param name="Predictions">The predictions on the rows from <paramref name="FirstRow"/> on.</param>
[MessagePackObject]
public sealed record Ack(
    [property: Key(0)] BucketId Bucket, [property: Key(1)] int Epoch, [property: Key(2)] long ChunkLast, [property: Key(3)] long LastApplied,
    [property: Key(4)] int FirstRow, [property: Key(5)] PredictionBatch Predictions) : IBucketMessage;
