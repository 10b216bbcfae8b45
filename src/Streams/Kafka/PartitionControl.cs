using Confluent.Kafka;

namespace StreamLearn.Streams.Kafka;

/// <summary>
/// What the owner of a partition may ask of the consumer, from the assignment until it has let go of the partition. Thread-safe; nothing
/// here waits for the thread that polls.
/// </summary>
/// <remarks>
/// <para>Delivery: the partition is not read before the first <see cref="Seek"/>, and from there on every record comes, in order. Nothing
/// is committed but by <see cref="CommitAsync"/>.</para>
/// <para>Revocation: the stream of records completes, <see cref="PartitionRevoked"/> comes, and the consumer waits for
/// <see cref="Release"/>, at most <see cref="KafkaSettings.RevokeTimeout"/>; until then commits still work. A partition that is lost is not
/// waited for and cannot be committed.</para>
/// </remarks>
/// <param name="startOffset">See <see cref="StartOffsetAsync"/>.</param>
/// <param name="endOffset">See <see cref="EndOffsetAsync"/>.</param>
/// <param name="committed">See <see cref="CommittedAsync"/>.</param>
/// <param name="seek">See <see cref="Seek"/>.</param>
/// <param name="commit">See <see cref="CommitAsync"/>.</param>
/// <param name="groupMetadata">See <see cref="GroupMetadata"/>.</param>
/// <param name="release">See <see cref="Release"/>.</param>
/// <param name="skipped">See <see cref="Skipped"/>.</param>
/// <param name="logEnd">See <see cref="LogEnd"/>.</param>
public sealed class PartitionControl(
    Func<Task<long>> startOffset, Func<Task<long>> endOffset, Func<Task<long?>> committed, Action<long, int> seek, Func<long, Task> commit,
    Func<IConsumerGroupMetadata> groupMetadata, Action release, Func<long> skipped, Func<long?>? logEnd = null)
{
    /// <summary>Records that retention had deleted when they were wanted (<see cref="LostRecords.Skip"/>).</summary>
    public long Skipped => skipped();

    /// <summary>Offset after the last record of the log, as the consumer has last heard from the brokers, about a second ago or longer where they have not
    /// been asked for records meanwhile; null: not yet.</summary>
    public long? LogEnd => logEnd?.Invoke();

    /// <summary>Where reading begins by configuration: the log's start or end as of now. Asked of the brokers until one answers.</summary>
    /// <exception cref="OperationCanceledException">The partition is revoked, or the source has stopped.</exception>
    public Task<long> StartOffsetAsync() => startOffset();

    /// <summary>Where the log ends now. Asked of the brokers until one answers.</summary>
    /// <exception cref="OperationCanceledException">The partition is revoked, or the source has stopped.</exception>
    public Task<long> EndOffsetAsync() => endOffset();

    /// <summary>The offset that the group has committed; null: none. Asked of the brokers until one answers.</summary>
    /// <exception cref="OperationCanceledException">The partition is revoked, or the source has stopped.</exception>
    public Task<long?> CommittedAsync() => committed();

    /// <summary>Reads from an offset on: batches read from then on carry the epoch given, others are to be passed over.</summary>
    /// <remarks>Where the log does not have the offset, the stream fails with <see cref="LostRecordsException"/> or skips, as configured.
    /// Nothing happens where the partition has been revoked.</remarks>
    public void Seek(long offset, int epoch) => seek(offset, epoch);

    /// <summary>Commits the group's offset of the partition.</summary>
    /// <param name="next">Offset of the first record that is not done.</param>
    /// <exception cref="KafkaCommitException">The broker is away or refused it, or the consumer has let go of the partition.</exception>
    public Task CommitAsync(long next) => commit(next);

    /// <summary>The consumer's membership as of now, for a transaction that commits the offset.</summary>
    /// <remarks>To be asked for each transaction anew.</remarks>
    /// <exception cref="OperationCanceledException">The consumer has let go of the partition.</exception>
    public IConsumerGroupMetadata GroupMetadata() => groupMetadata();

    /// <summary>The owner is done with the partition: everything is drained and committed. May be called twice.</summary>
    public void Release() => release();
}
