using StreamLearn.Actors.Messages;

namespace StreamLearn.Actors.Checkpoints;

/// <summary>
/// Where the durable state of pipelines lives: for each bucket a manifest and one row for each key and generation, for each partition a
/// cursor. Thread-safe, and shared by processes: who takes a bucket or a partition fences everyone who had it before.
/// </summary>
/// <remarks>
/// <para>A save is atomic and durable when its task ends. A store that cannot be reached or written fails with
/// <see cref="CheckpointStoreException"/>; the caller may try again.</para>
/// <para>Of each bucket up to three generations can be read: the newest, the newest that the older of the partition's two cursors covers,
/// and the first after that one, which the newer cursor covers. So a damaged one can be passed over, and a pipeline can go back, whatever
/// became of the last barrier.</para>
/// </remarks>
public interface ICheckpointStore : ICheckpointReader
{
    /// <summary>Takes a bucket over from whoever had it, and reads its newest undamaged generation.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="owner">The owner of its partition that it is taken for.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="StaleWriterException">The partition has another owner; nothing was taken.</exception>
    ValueTask<TakenBucket> TakeBucketAsync(string pipeline, BucketId bucket, long owner, CancellationToken cancellation = default);

    /// <summary>Writes a generation of a bucket: its manifest and the keys that have changed.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="writer">The number that taking it gave.</param>
    /// <param name="checkpoint">The generation.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="StaleWriterException">Somebody else has taken the bucket since; nothing was written.</exception>
    ValueTask SaveBucketAsync(
        string pipeline, BucketId bucket, long writer, BucketCheckpoint checkpoint, CancellationToken cancellation = default);

    /// <summary>Reads keys of the generation that a writer goes on from: the one that it has written last, or else has taken.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="writer">The number that taking it gave.</param>
    /// <param name="keys">The keys, each once.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>Their states, in the order of <paramref name="keys"/>.</returns>
    /// <exception cref="StaleWriterException">Somebody else has taken the bucket since.</exception>
    /// <exception cref="DamagedStateException">One of them is missing or damaged.</exception>
    ValueTask<IReadOnlyList<byte[]>> ReadKeysAsync(
        string pipeline, BucketId bucket, long writer, IReadOnlyList<byte[]> keys, CancellationToken cancellation = default);

    /// <summary>Takes a partition over from whoever had it, and reads its newest cursor.</summary>
    ValueTask<TakenPartition> TakePartitionAsync(string pipeline, int partition, CancellationToken cancellation = default);

    /// <summary>Writes a cursor; the one before it is kept too.</summary>
    /// <exception cref="StaleWriterException">Somebody else has taken the partition since; nothing was written.</exception>
    ValueTask SaveCursorAsync(
        string pipeline, int partition, long writer, PartitionCursor cursor, CancellationToken cancellation = default);

    /// <summary>Writes what a pipeline's state is made with.</summary>
    ValueTask SaveSettingsAsync(string pipeline, string settings, CancellationToken cancellation = default);

    /// <summary>Stores, for all nodes and until it is said otherwise, whether a pipeline is paused. Nothing else of it changes, and nothing else changes that.</summary>
    ValueTask SetPausedAsync(string pipeline, bool paused, CancellationToken cancellation = default);

    /// <summary>
    /// Goes back: every partition to the cursor before its newest, every bucket to its newest generation that its partition's cursor covers
    /// then (or to nothing). A partition stays where it is if it has no cursor before its newest, or one at the same place. Fences whoever
    /// runs the pipeline. In one transaction.
    /// </summary>
    /// <returns>The cursors that the partitions have now.</returns>
    /// <exception cref="CheckpointStoreException">No partition can go back, or a cursor that one would have then is damaged; nothing was
    /// changed.</exception>
    ValueTask<IReadOnlyList<PartitionCursor>> RollbackAsync(string pipeline, CancellationToken cancellation = default);

    /// <summary>Puts a state in the place of all that is stored of a pipeline, and fences whoever runs it. In one transaction: where it
    /// fails, or the process ends, all is as it was.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="settings">What the state was made with.</param>
    /// <param name="partitions">The state; none: the pipeline is forgotten but for its settings.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    ValueTask ReplaceAsync(
        string pipeline, string settings, IReadOnlyList<NewPartition> partitions, CancellationToken cancellation = default);
}
