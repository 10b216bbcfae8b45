using StreamLearn.Actors.Messages;

namespace StreamLearn.Actors.Checkpoints;

/// <summary>A partition's whole state, to be put in the place of what is stored.</summary>
/// <param name="Cursor">Where reading goes on.</param>
/// <param name="Buckets">Its buckets that have learned anything, each with all its keys. Enumerated once, while it is written.</param>
public sealed record NewPartition(PartitionCursor Cursor, IEnumerable<(BucketId Bucket, BucketCheckpoint Checkpoint)> Buckets);
