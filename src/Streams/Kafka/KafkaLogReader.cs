using Confluent.Kafka;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Kafka;

/// <summary>
/// Reads partitions of a topic from one offset to another, with a consumer that belongs to no group and commits nothing. Calls block.
/// Single-threaded.
/// </summary>
public sealed class KafkaLogReader : IDisposable
{
    private const int MaxBatchBytes = 1024 * 1024;
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(5);

    private readonly KafkaSettings _settings;
    private readonly string _topic;
    private readonly LostRecords _lostRecords;
    private readonly TimeProvider _time;
    private readonly PayloadArena _arena = new();
    private readonly IConsumer<PayloadSlice, PayloadSlice> _consumer;
    private string _problem = "no answer";

    /// <param name="settings">How Kafka is reached.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="lostRecords">What happens where the log starts after the offset that is wanted.</param>
    /// <param name="time">Says how long a broker has been away.</param>
    /// <exception cref="KafkaSettingsException">The client does not take a setting.</exception>
    public KafkaLogReader(KafkaSettings settings, string topic, LostRecords lostRecords, TimeProvider time)
    {
        _settings = settings;
        _topic = topic;
        _lostRecords = lostRecords;
        _time = time;

        // The client wants the name of a group; who assigns partitions to itself does not join it.
        var config = settings.ConsumerConfig("streamlearn-log-reader");
        config.EnablePartitionEof = true;
        _consumer = KafkaSettingsException.Build(() => new ConsumerBuilder<PayloadSlice, PayloadSlice>(config)
            .SetKeyDeserializer(_arena)
            .SetValueDeserializer(_arena)
            .SetErrorHandler((_, error) => _problem = error.Reason)
            .SetLogHandler((_, _) => { })
            .Build());
    }

    /// <summary>Offset of a partition's oldest record, and the one behind its newest, now.</summary>
    /// <exception cref="KafkaUnreachableException">No broker answered.</exception>
    public (long Start, long End) Range(int partition) => Asked(() =>
    {
        var log = _consumer.QueryWatermarkOffsets(Place(partition), QueryTimeout);
        return (log.Low.Value, log.High.Value);
    });

    /// <summary>The offset of a position in a partition; the end where no record is as late.</summary>
    /// <exception cref="LostRecordsException">The log starts after the offset, and nothing may be skipped.</exception>
    /// <exception cref="KafkaUnreachableException">No broker answered.</exception>
    public long OffsetOf(int partition, LogPosition position, CancellationToken cancellation = default)
    {
        var (start, end) = Range(partition);
        if (position.Time is { } time)
        {
            return OffsetAt(partition, time.ToUnixTimeMilliseconds(), start, end, cancellation);
        }

        var offset = position.Offset ?? start;
        if (offset >= start)
        {
            return Math.Min(offset, end);
        }

        return _lostRecords == LostRecords.Skip ? start : throw new LostRecordsException(_topic, partition, offset, start, end);
    }

    /// <summary>
    /// The records of a partition from an offset on, in order, up to an end; <paramref name="onEnd"/> is told how far the log is read then:
    /// what lies between the last record and there are marks of transactions, or gaps of compaction. Records of an open transaction are
    /// left out, as by a node.
    /// </summary>
    /// <exception cref="LostRecordsException">Retention has deleted what was to be read, and nothing may be skipped.</exception>
    /// <exception cref="KafkaUnreachableException">No broker answered for the start-up time-out.</exception>
    public IEnumerable<RecordBatch> Read(int partition, long from, long end, Action<long> onEnd, CancellationToken cancellation = default)
    {
        var builder = new RecordBatchBuilder(_topic, partition, _settings.BatchRecords, MaxBatchBytes);
        var next = from;
        if (from < end)
        {
            _consumer.Assign(new TopicPartitionOffset(Place(partition), from));
            var ended = false;
            while (!ended)
            {
                ended = Fill(builder, partition, end, ref next, cancellation);
                if (builder.Count > 0)
                {
                    yield return builder.Build(epoch: 0);
                }
            }

            _consumer.Unassign();
        }

        onEnd(next);
    }

    public void Dispose()
    {
        _consumer.Close();
        _consumer.Dispose();
    }

    private TopicPartition Place(int partition) => new(_topic, partition);

    /// <summary>Fills the batch. True: the end is reached.</summary>
    private bool Fill(RecordBatchBuilder builder, int partition, long end, ref long next, CancellationToken cancellation)
    {
        while (!builder.IsFull)
        {
            var result = Next(partition, next, cancellation);
            if (result.IsPartitionEOF)
            {
                next = Math.Clamp(result.Offset.Value, next, end);
                return true;
            }

            if (result.Offset.Value >= end)
            {
                next = end;
                return true;
            }

            var (key, value) = (result.Message.Key, result.Message.Value);
            builder.Add(
                result.Offset.Value, result.Message.Timestamp.UnixTimestampMs, _arena.Bytes(key), key.Exists, _arena.Bytes(value),
                    value.Exists);
            next = result.Offset.Value + 1;
            if (next == end)
            {
                return true;
            }
        }

        return false;
    }

    private ConsumeResult<PayloadSlice, PayloadSlice> Next(int partition, long needed, CancellationToken cancellation)
    {
        var since = _time.GetTimestamp();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            _arena.Clear();
            try
            {
                if (_consumer.Consume(Wait) is { } result)
                {
                    return result;
                }
            }
            catch (ConsumeException exception) when (exception.Error.Code == ErrorCode.Local_AutoOffsetReset)
            {
                var (start, end) = Range(partition);
                throw new LostRecordsException(_topic, partition, needed, start, end);
            }
            catch (ConsumeException exception) when (!exception.Error.IsFatal)
            {
                // The client tries again by itself.
                _problem = exception.Error.Reason;
            }

            if (_time.GetElapsedTime(since) > _settings.StartupTimeout)
            {
                throw new KafkaUnreachableException(_settings.BootstrapServers, _settings.StartupTimeout, _problem);
            }
        }
    }

    private long OffsetAt(int partition, long time, long start, long end, CancellationToken cancellation)
    {
        var found = Asked(() => _consumer.OffsetsForTimes([new TopicPartitionTimestamp(Place(partition), new Timestamp(time,
            TimestampType.CreateTime))], QueryTimeout))[0];
        if (!found.Offset.IsSpecial && found.Offset.Value < end)
        {
            return Math.Max(found.Offset.Value, start);
        }

        // The answer is the end. That of a broker that cannot look up times is so too: where the last record is late enough, it is looked
        // for.
        return FirstFrom(Math.Max(start, end - 1)) is null ? end : FirstFrom(start) ?? end;

        long? FirstFrom(long from)
        {
            foreach (var batch in Read(partition, from, end, _ => { }, cancellation))
            {
                if (Array.FindIndex(batch.Timestamps, at => at >= time) is var row and >= 0)
                {
                    return batch.Offsets[row];
                }
            }

            return null;
        }
    }

    private T Asked<T>(Func<T> question)
    {
        try
        {
            return question();
        }
        catch (KafkaException exception)
        {
            throw new KafkaUnreachableException(_settings.BootstrapServers, QueryTimeout, exception.Error.Reason);
        }
    }
}
