using MessagePack;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Actors.Messages;

/// <summary>What goes between an ingest and its buckets. All of it is written with MessagePack between nodes.</summary>
public interface IBucketMessage
{
    /// <summary>The bucket that it is for, or from.</summary>
    BucketId Bucket { get; }
}

/// <summary>"These are all records that the bucket has in (previous, last]."</summary>
/// <param name="Bucket">For this bucket.</param>
/// <param name="Epoch">How often the ingest has been sent back; answers carry it too.</param>
/// <param name="Previous">Last offset that the bucket has been sent before; -1: none.</param>
/// <param name="Last">Offset up to which this is all.</param>
/// <param name="Examples">The records.</param>
[MessagePackObject]
public sealed record Chunk(
    [property: Key(0)] BucketId Bucket, [property: Key(1)] int Epoch, [property: Key(2)] long Previous, [property: Key(3)] long Last,
    [property: Key(4)] ExampleBatch Examples) : IBucketMessage;

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

/// <summary>"I have lost something: send everything after <paramref name="LastApplied"/> again."</summary>
/// <param name="Bucket">From this bucket.</param>
/// <param name="Epoch">The epoch of the chunk.</param>
/// <param name="LastApplied">Last offset that its state covers; -1: none.</param>
[MessagePackObject]
public sealed record Rewind([property: Key(0)] BucketId Bucket, [property: Key(1)] int Epoch, [property: Key(2)] long LastApplied) : IBucketMessage;

/// <summary>Asks a bucket how its keys stand, a page at a time: a message between nodes holds 128 kB.</summary>
/// <param name="Bucket">For this bucket.</param>
/// <param name="Skip">Keys, in the order of their bytes, to pass over.</param>
/// <param name="Take">Keys to report at most.</param>
[MessagePackObject]
public sealed record GetBucketReport([property: Key(0)] BucketId Bucket, [property: Key(1)] int Skip, [property: Key(2)] int Take) : IBucketMessage;

/// <summary>How keys of a bucket stand.</summary>
/// <param name="Bucket">From this bucket.</param>
/// <param name="LastApplied">Last offset that it has applied.</param>
/// <param name="TotalKeys">Keys that it has.</param>
/// <param name="Keys">The page that was asked for.</param>
[MessagePackObject]
public sealed record BucketReport(
    [property: Key(0)] BucketId Bucket, [property: Key(1)] long LastApplied, [property: Key(2)] int TotalKeys,
    [property: Key(3)] IReadOnlyList<KeyReport> Keys) : IBucketMessage;
