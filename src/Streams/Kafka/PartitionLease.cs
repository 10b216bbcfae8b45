using System.Diagnostics.CodeAnalysis;
using Confluent.Kafka;

namespace StreamLearn.Streams.Kafka;

/// <summary>
/// The time for which a consumer has a partition: assigned, then revoked (read no more, but still committed), then ended. One that is lost
/// ends at once. A partition that comes back gets a new lease; the old one stays ended.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The sources have no timers or wait handles, and are asked after the lease's end.")]
internal sealed class PartitionLease
{
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan CommitTimeout = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _revoked = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly LatestOffset _commits;
    private readonly TopicPartition _place;
    private readonly StartOffset _start;
    private readonly ConsumerCalls _consumer;
    private readonly Action<string> _warn;
    private long _skipped;
    private long _logEnd = -1;

    internal PartitionLease(TopicPartition place, StartOffset start, ConsumerCalls consumer, Action<string> warn)
    {
        _place = place;
        _start = start;
        _consumer = consumer;
        _warn = warn;
        _commits = new LatestOffset(next => consumer.CommitAsync(() =>
        {
            var offset = next();
            _ended.Token.ThrowIfCancellationRequested();
            return new TopicPartitionOffset(place, offset);
        }));
    }

    internal int Partition => _place.Partition.Value;

    /// <summary>Ends when the owner is done.</summary>
    internal Task Released => _released.Task;

    internal PartitionControl Control(Action<long, int> seek) => new(
        StartOffsetAsync, EndOffsetAsync, CommittedAsync, seek, CommitAsync, GroupMetadata, () => _released.TrySetResult(),
        () => Interlocked.Read(ref _skipped), () => Interlocked.Read(ref _logEnd) is >= 0 and var end ? end : null);

    internal void AddSkipped(long records) => Interlocked.Add(ref _skipped, records);

    internal void NoteLogEnd(long offset) => Interlocked.Exchange(ref _logEnd, offset);

    // What waits for an answer must not go on here, on the thread that polls.
    internal void Revoke() => _ = _revoked.CancelAsync();

    internal void End()
    {
        Revoke();
        _ = _ended.CancelAsync();
    }

    private Task<long> StartOffsetAsync() => _start == StartOffset.Earliest
        ? AskAsync(asked => LogOffsets.Start(asked, _place, QueryTimeout), _revoked.Token)
        : EndOffsetAsync();

    private Task<long> EndOffsetAsync() => AskAsync(asked => LogOffsets.End(asked, _place, QueryTimeout), _revoked.Token);

    private Task<long?> CommittedAsync() => AskAsync<long?>(
        asked => asked.Committed([_place], QueryTimeout)[0].Offset is { IsSpecial: false } offset ? offset.Value : null,

        // Not even during revocation: the client does not answer while it leaves its group.
        _revoked.Token);

    private async Task<T> AskAsync<T>(Func<IConsumer<PayloadSlice, PayloadSlice>, T> question, CancellationToken givenUp)
    {
        for (var failures = 0; ; failures++)
        {
            givenUp.ThrowIfCancellationRequested();
            try
            {
                return await _consumer.AskAsync(asked =>
                {
                    givenUp.ThrowIfCancellationRequested();
                    return question(asked);
                }).WaitAsync(givenUp).ConfigureAwait(false);
            }
            catch (KafkaException exception)
            {
                if (failures == 0)
                {
                    _warn($"Kafka topic {_place.Topic}, partition {Partition}: no answer yet where to read: {exception.Error.Reason}");
                }
            }
            catch (ObjectDisposedException)
            {
                throw new OperationCanceledException("The source has stopped.");
            }

            await Task.Delay(RetryWait, givenUp).ConfigureAwait(false);
        }
    }

    private async Task CommitAsync(long next)
    {
        try
        {
            await _commits.CommitAsync(next).WaitAsync(CommitTimeout, _ended.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is KafkaException or TimeoutException or OperationCanceledException or ObjectDisposedException)
        {
            throw new KafkaCommitException(_place.Topic, Partition, next, exception switch
            {
                KafkaException refused => refused.Error.Reason,
                TimeoutException => $"no answer within {CommitTimeout.TotalSeconds:0} s",
                _ => "the consumer no longer has the partition",
            });
        }
    }

    private IConsumerGroupMetadata GroupMetadata()
    {
        _ended.Token.ThrowIfCancellationRequested();
        try
        {
            return _consumer.GroupMetadata();
        }
        catch (ObjectDisposedException)
        {
            throw new OperationCanceledException("The source has stopped.");
        }
    }
}
