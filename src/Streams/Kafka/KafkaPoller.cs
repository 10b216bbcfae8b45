using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Akka;
using Akka.Streams.Dsl;
using Confluent.Kafka;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Kafka;

/// <summary>
/// A consumer on a thread of its own. It reads records into the batches of their partitions and hands these to bounded channels; where a
/// channel is full its partition is paused.
/// </summary>
internal sealed class KafkaPoller(KafkaSettings settings, string topic, string group, StartOffset start, LostRecords lostRecords)
{
    private const int MaxBatchBytes = 1024 * 1024;

    // It is asked again; the other partitions wait meanwhile.
    private static readonly TimeSpan WatermarkTimeout = TimeSpan.FromSeconds(2);

    // In which the client begins to fetch what it has been given.
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan IdleWait = TimeSpan.FromMilliseconds(50);

    // While a partition waits for room the thread must look again soon.
    private static readonly TimeSpan PausedWait = TimeSpan.FromMilliseconds(2);

    // How often the client is asked where the logs end, as it has heard with what it has read.
    private static readonly TimeSpan LogEndEvery = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<Action<IConsumer<PayloadSlice, PayloadSlice>>> _commands = new();
    private readonly Dictionary<int, PartitionBuffer> _partitions = [];
    private readonly PayloadArena _arena = new();
    private ConsumerCalls? _calls;
    private Action<PartitionEvent> _onEvent = _ => { };
    private Action<string> _warn = _ => { };
    private Exception? _fatal;
    private int _gathered;
    private long _logEndsAt;
    private bool _assigned;
    private bool _failed;
    private bool _closing;
    private volatile bool _stopping;

    internal void Start(Action<PartitionEvent> onEvent, Action<Exception?> onEnd, Action<string> warn)
    {
        _onEvent = onEvent;
        _warn = warn;
        var thread = new Thread(() =>
        {
            Exception? failure = null;
            try
            {
                Run();
            }
            catch (Exception exception)
            {
                failure = exception;
            }

            CompletePartitions(failure);
            onEnd(failure);
        })
        {
            IsBackground = true,
            Name = $"kafka-poll-{topic}",
        };
        thread.Start();
    }

    internal void Stop() => _stopping = true;

    private void Run()
    {
        var warnings = new ClientWarnings(_warn);
        using var consumer = new ConsumerBuilder<PayloadSlice, PayloadSlice>(settings.ConsumerConfig(group))
            .SetKeyDeserializer(_arena)
            .SetValueDeserializer(_arena)
            .SetPartitionsAssignedHandler((_, assigned) => Assign(assigned))
            .SetPartitionsRevokedHandler((consumer, revoked) => Revoke(consumer, revoked, lost: false))
            .SetPartitionsLostHandler((consumer, lost) => Revoke(consumer, lost, lost: true))
            .SetErrorHandler((_, error) => OnError(error, warnings))
            .SetLogHandler((_, log) => warnings.OnLog(log))
            .Build();
        using var calls = new ConsumerCalls(consumer, topic);
        _calls = calls;
        try
        {
            Read(consumer);
        }
        catch (Exception failure)
        {
            // First, for leaving the group would complete them as if nothing had happened.
            CompletePartitions(failure);
            _failed = true;
            throw;
        }
        finally
        {
            Close(consumer, calls);
        }
    }

    private void Close(IConsumer<PayloadSlice, PayloadSlice> consumer, ConsumerCalls calls)
    {
        _closing = true;
        if (_partitions.Count == 0)
        {
            // Else the partitions are revoked first, and may be committed until then.
            calls.Close();
        }

        // Without it the group waits for the session's end, and disposing of a member with a cooperative assignor never returns.
        consumer.Close();
    }

    private void Read(IConsumer<PayloadSlice, PayloadSlice> consumer)
    {
        consumer.Subscribe(topic);
        while (!_stopping)
        {
            while (_commands.TryDequeue(out var command))
            {
                command(consumer);
            }

            foreach (var (number, partition) in _partitions)
            {
                Seek(consumer, number, partition);
            }

            NoteLogEnds(consumer);
            var paused = Flush(consumer);
            Poll(consumer, _gathered > 0 ? TimeSpan.Zero : paused ? PausedWait : IdleWait);
            if (_fatal is not null)
            {
                throw _fatal;
            }
        }
    }

    private void NoteLogEnds(IConsumer<PayloadSlice, PayloadSlice> consumer)
    {
        if (Stopwatch.GetElapsedTime(_logEndsAt) < LogEndEvery)
        {
            return;
        }

        _logEndsAt = Stopwatch.GetTimestamp();
        foreach (var (number, partition) in _partitions)
        {
            if (consumer.GetWatermarkOffsets(new TopicPartition(topic, number)).High is { IsSpecial: false } end)
            {
                partition.Lease.NoteLogEnd(end.Value);
            }
        }
    }

    private void CompletePartitions(Exception? failure)
    {
        foreach (var partition in _partitions.Values)
        {
            partition.Channel.Writer.TryComplete(failure);
            partition.Lease.Revoke();
        }
    }

    /// <summary>Reads until nothing waits in the client or a batch is full, but waits for the first record only.</summary>
    private void Poll(IConsumer<PayloadSlice, PayloadSlice> consumer, TimeSpan wait)
    {
        while (!_stopping)
        {
            _arena.Clear();
            ConsumeResult<PayloadSlice, PayloadSlice>? result;
            try
            {
                result = consumer.Consume(wait);
            }
            catch (ConsumeException exception) when (exception.Error.Code == ErrorCode.Local_AutoOffsetReset)
            {
                // Retention was faster than we were, or the topic was made anew: looking for the place says which.
                if (_partitions.TryGetValue(exception.ConsumerRecord.Partition.Value, out var behind))
                {
                    behind.HasStopped = true;
                    behind.SeekTo ??= behind.IsPlaced ? behind.Next : null;
                }

                return;
            }
            catch (ConsumeException exception) when (!exception.Error.IsFatal)
            {
                // The client retries by itself: a topic that is not there yet, a leader that moves.
                _warn($"Kafka topic {topic}: {exception.Error.Reason}");
                return;
            }

            if (_assigned)
            {
                PauseUnplaced(consumer);
            }

            if (result is null)
            {
                FlushAll();
                return;
            }

            if (!_partitions.TryGetValue(result.Partition.Value, out var partition) || !partition.IsPlaced
                || partition.SeekTo is not null)
            {
                continue;
            }

            if (result.Offset.Value < partition.Next)
            {
                // Its first look-up had failed: the client repeats it, and goes there whatever it has been told meanwhile.
                partition.SeekTo = partition.Next;
                return;
            }

            var (key, value) = (result.Message.Key, result.Message.Value);
            partition.Builder.Add(
                result.Offset.Value, result.Message.Timestamp.UnixTimestampMs,
                _arena.Bytes(key), key.Exists, _arena.Bytes(value), value.Exists);
            partition.Next = result.Offset.Value + 1;
            _gathered++;
            if (partition.Builder.IsFull)
            {
                partition.Close();
                return;
            }

            wait = TimeSpan.Zero;
        }
    }

    private void FlushAll()
    {
        foreach (var partition in _partitions.Values)
        {
            partition.Close();
        }

        _gathered = 0;
    }

    /// <summary>At once: what the client fetched meanwhile would be of no use.</summary>
    private void PauseUnplaced(IConsumer<PayloadSlice, PayloadSlice> consumer)
    {
        _assigned = false;
        foreach (var (number, partition) in _partitions)
        {
            if (!partition.IsPlaced && !partition.Paused)
            {
                consumer.Pause([new TopicPartition(topic, number)]);
                partition.Paused = true;
            }
        }
    }

    /// <summary>Hands over the batches that are closed; pauses and resumes. True where a partition waits for room.</summary>
    private bool Flush(IConsumer<PayloadSlice, PayloadSlice> consumer)
    {
        var waiting = false;
        foreach (var (number, partition) in _partitions)
        {
            partition.HandOver();
            var place = new TopicPartition(topic, number);
            if (partition.Waits && !partition.Paused)
            {
                consumer.Pause([place]);
                partition.Paused = true;
            }
            else if (partition.Paused && !partition.Waits && partition.Channel.Reader.Count <= settings.BufferedBatches / 2)
            {
                Resume(consumer, place, partition);
            }

            waiting |= partition.Paused;
        }

        return waiting;
    }

    private static void Resume(IConsumer<PayloadSlice, PayloadSlice> consumer, TopicPartition place, PartitionBuffer partition)
    {
        consumer.Resume([place]);
        partition.Paused = false;
        try
        {
            // Goes nowhere, but wakes the client's broker thread, which otherwise sleeps on for up to a second where all its partitions
            // were paused.
            consumer.Seek(new TopicPartitionOffset(place, partition.Next));
        }
        catch (KafkaException exception) when (exception.Error.Code == ErrorCode.Local_State)
        {
            // It is looking for its place anyway, as after an error.
        }
    }

    private List<TopicPartitionOffset> Assign(List<TopicPartition> assigned)
    {
        var from = new List<TopicPartitionOffset>(assigned.Count);
        foreach (var place in assigned)
        {
            var number = place.Partition.Value;
            var lease = new PartitionLease(place, start, _calls!, _warn);
            var partition = new PartitionBuffer(
                Channel.CreateBounded<RecordBatch>(new BoundedChannelOptions(settings.BufferedBatches) { SingleReader = true, SingleWriter = true }),
                new RecordBatchBuilder(topic, number, settings.BatchRecords, MaxBatchBytes), lease);
            _partitions[number] = partition;
            _onEvent(new PartitionAssigned(
                topic, number, Records(partition), lease.Control((offset, epoch) => Seek(partition, number, offset, epoch))));

            // It is paused before anything comes. Not the end: where the client does go there, nobody would see what it has left out.
            from.Add(new TopicPartitionOffset(place, Offset.Beginning));
        }

        _assigned = true;

        return from;
    }

    /// <summary>Akka wraps what a channel fails with; whoever runs the stream is to see it as it is.</summary>
    private static Source<RecordBatch, NotUsed> Records(PartitionBuffer partition) =>
        ChannelSource.FromReader(partition.Channel.Reader)
            .SelectError(failure => failure is AggregateException ? failure.GetBaseException() : failure);

    // Returns nothing: the client throws, with a cooperative assignor, where this handler may return an assignment.
    private void Revoke(IConsumer<PayloadSlice, PayloadSlice> consumer, List<TopicPartitionOffset> revoked, bool lost)
    {
        var ending = new List<PartitionBuffer>(revoked.Count);
        foreach (var place in revoked)
        {
            if (_partitions.Remove(place.Partition.Value, out var partition))
            {
                ending.Add(partition);
                if (lost)
                {
                    partition.Lease.End();
                }

                partition.Lease.Revoke();
                partition.Channel.Writer.TryComplete();
                _onEvent(new PartitionRevoked(topic, place.Partition.Value, lost));
            }
        }

        if (!lost && !_failed)
        {
            AwaitRelease(ending);
        }

        foreach (var partition in ending)
        {
            partition.Lease.End();
            if (partition.Paused)
            {
                // The client remembers it: a partition that comes back would stand still.
                consumer.Resume([new TopicPartition(topic, partition.Lease.Partition)]);
            }
        }

        if (_closing)
        {
            _calls!.Close();
        }
    }

    /// <summary>The owners drain, store and commit meanwhile; another consumer gets the partitions only when this returns.</summary>
    private void AwaitRelease(List<PartitionBuffer> ending)
    {
        if (!Task.WaitAll([.. ending.Select(partition => partition.Lease.Released)], settings.RevokeTimeout))
        {
            var held = ending.Where(partition => !partition.Lease.Released.IsCompleted).Select(partition => partition.Lease.Partition);
            _warn($"Kafka topic {topic}: {settings.RevokeTimeout.TotalSeconds:0.#} s after their revocation these partitions were not "
                + $"drained and are let go: {string.Join(", ", held)}");
        }
    }

    private void Seek(PartitionBuffer partition, int number, long offset, int epoch) => _commands.Enqueue(_ =>
    {
        if (_partitions.TryGetValue(number, out var current) && ReferenceEquals(current, partition))
        {
            partition.StartEpoch(epoch, offset);
        }
    });

    /// <summary>Goes where a partition was told to. Where that cannot be done now it is tried again: no broker answers, or the client has
    /// been given the partition but does not read it yet.</summary>
    private void Seek(IConsumer<PayloadSlice, PayloadSlice> consumer, int number, PartitionBuffer partition)
    {
        if (partition.SeekTo is not { } offset)
        {
            return;
        }

        var place = new TopicPartition(topic, number);
        try
        {
            var low = LogOffsets.Start(consumer, place, WatermarkTimeout);
            var high = LogOffsets.End(consumer, place, WatermarkTimeout);
            var lost = offset >= low && offset <= high ? null : new LostRecordsException(topic, number, offset, low, high);
            // Behind the end is another log under the same name: nothing that is known of the old one fits it.
            if (lost is not null && (lostRecords == LostRecords.Stop || offset > high))
            {
                partition.Channel.Writer.TryComplete(lost);
            }
            else
            {
                var target = lost is null ? offset : low;
                Go(consumer, new TopicPartitionOffset(place, target), partition);
                partition.ReadFrom(target);
                if (lost is not null)
                {
                    partition.Lease.AddSkipped(low - offset);
                    _warn(lost.Message);
                }
            }

            partition.SeekTo = null;
        }
        catch (KafkaException exception) when (!exception.Error.IsFatal)
        {
            if (partition.RefusedAt is not { } refusedAt)
            {
                _warn($"Kafka topic {topic}, partition {number} cannot be sought yet: {exception.Error.Reason}");
                partition.RefusedAt = Stopwatch.GetTimestamp();
            }
            else if (exception.Error.Code == ErrorCode.Local_State && Stopwatch.GetElapsedTime(refusedAt) > StartTimeout)
            {
                // It has not begun to fetch it and never will: an error of its first look-up that it takes for lasting.
                partition.HasStopped = true;
            }
        }
    }

    private void Go(IConsumer<PayloadSlice, PayloadSlice> consumer, TopicPartitionOffset target, PartitionBuffer partition)
    {
        if (!partition.HasStopped)
        {
            consumer.Seek(target);
            return;
        }

        partition.HasStopped = false;
        if (settings.IsCooperative)
        {
            consumer.IncrementalUnassign([target.TopicPartition]);
            consumer.IncrementalAssign([target]);
            return;
        }

        // All or none of them; the others go on where they are.
        consumer.Assign(_partitions.Select(held => held.Key == target.Partition.Value
            ? target
            : new TopicPartitionOffset(topic, held.Key, held.Value.IsPlaced ? held.Value.Next : Offset.Beginning)));
    }

    private void OnError(Error error, ClientWarnings warnings)
    {
        if (error.IsFatal)
        {
            _fatal = new KafkaException(error);
        }
        else
        {
            warnings.OnError(error);
        }
    }
}
