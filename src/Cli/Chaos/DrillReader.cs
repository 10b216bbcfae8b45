using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Confluent.Kafka;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Chaos;

/// <summary>
/// Reads the records of a drill and what came of them from the topics while they are written: the embedded broker does not keep
/// everything until the end. Remembers one number for each record.
/// </summary>
internal sealed class DrillReader : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AfterError = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestStandstill = TimeSpan.FromSeconds(30);

    // The first are the records, the others are outputs.
    private static readonly string[] Topics = [DrillStage.Topic, $"{DrillStage.Topic}.predictions", $"{DrillStage.Topic}.dead-letter"];
    private static readonly TopicPartition[] Places =
    [
        .. Topics.SelectMany(topic => Enumerable.Range(0, DrillStage.Partitions).Select(partition => new TopicPartition(topic, partition))),
    ];

    private readonly int _most;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private readonly Task _reading;

    // By topic and partition.
    private readonly long[][] _next = [.. Topics.Select(_ => new long[DrillStage.Partitions])];

    // By partition of the records; of an output its hash at its record's offset, 0: there is none.
    private readonly List<ulong>[] _outputs = [.. Enumerable.Range(0, DrillStage.Partitions).Select(_ => new List<ulong>())];
    private readonly long[] _written = new long[DrillStage.Partitions];
    private readonly long[] _newest = new long[DrillStage.Partitions];
    private readonly Dictionary<string, long> _produced = [];
    private long _repeated;
    private long _unequal;
    private DrillException? _failure;
    private bool _hold;
    private bool _holds;

    /// <param name="kafka">How the broker is reached.</param>
    /// <param name="most">Records there are at most.</param>
    /// <param name="time">Clock of the waits.</param>
    internal DrillReader(KafkaSettings kafka, int most, TimeProvider time)
    {
        _most = most;
        _time = time;
        Array.Fill(_newest, -1);
        _reading = Task.Factory.StartNew(
            () => Read(kafka), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Outputs read so far.</summary>
    /// <exception cref="DrillException">It cannot go on.</exception>
    internal long Outputs => Locked(() => _written.Sum());

    /// <summary>Outputs read so far of each partition's records.</summary>
    /// <exception cref="DrillException">It cannot go on.</exception>
    internal long[] Written => Locked(() => _written.ToArray());

    /// <summary>Records read so far of each partition.</summary>
    /// <exception cref="DrillException">It cannot go on.</exception>
    internal long[] Records => Locked(() => _next[0].ToArray());

    /// <summary>Of each partition the newest record that an output was of since <see cref="Mark"/>; -1: there was none.</summary>
    /// <exception cref="DrillException">It cannot go on.</exception>
    internal long[] NewestAnswered => Locked(() => _newest.ToArray());

    /// <summary>Forgets which records were answered last.</summary>
    internal void Mark() => Locked(() =>
    {
        Array.Fill(_newest, -1);
        return true;
    });

    /// <summary>Reads nothing until <see cref="Resume"/>: errors for requests to fetch are to meet the nodes.</summary>
    internal async Task HoldAsync(CancellationToken cancellation)
    {
        Locked(() => _hold = true);
        while (!Locked(() => _holds))
        {
            await Task.Delay(Look, _time, cancellation);
        }
    }

    /// <summary>Reads again.</summary>
    internal void Resume() => Locked(() => _hold = false);

    /// <summary>Waits until everything is read that is on the topics now.</summary>
    /// <exception cref="DrillException">It cannot go on.</exception>
    internal async Task CatchUpAsync(DrillLog log, CancellationToken cancellation)
    {
        var ends = new List<long[]>();
        foreach (var topic in Topics)
        {
            ends.Add(await log.EndsAsync(topic, cancellation));
        }

        var (left, since) = (long.MaxValue, _time.GetTimestamp());
        while (true)
        {
            var now = Locked(() => ends.Zip(_next).Sum(ofTopic =>
                ofTopic.First.Zip(ofTopic.Second, (end, next) => Math.Max(0, end - next)).Sum()));
            if (now == 0)
            {
                return;
            }

            if (now < left)
            {
                (left, since) = (now, _time.GetTimestamp());
            }
            else if (_time.GetElapsedTime(since) > LongestStandstill)
            {
                throw new DrillException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{now} records and outputs on the topics have not come for {LongestStandstill.TotalSeconds:0} s"));
            }

            await Task.Delay(Look, _time, cancellation);
        }
    }

    /// <summary>Puts down what was read.</summary>
    /// <returns>Good records of each key.</returns>
    /// <exception cref="DrillException">An output is of a record that is not there, or reading has failed.</exception>
    internal IReadOnlyDictionary<string, long> Count(DrillFindings findings) => Locked(() =>
    {
        for (var partition = 0; partition < DrillStage.Partitions; partition++)
        {
            if (_outputs[partition].Count > _next[0][partition])
            {
                throw new DrillException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"an output is of record {_outputs[partition].Count - 1} of partition {partition}, which has {_next[0][partition]}"));
            }
        }

        findings.Records = _next[0].Sum();
        findings.OutputsMissing = findings.Records - _outputs.Sum(outputs => outputs.LongCount(hash => hash != 0));
        findings.OutputsRepeated = _repeated;
        findings.OutputsUnequal = _unequal;
        return _produced;
    });

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _reading;
        _ended.Dispose();
    }

    private T Locked<T>(Func<T> question)
    {
        lock (_gate)
        {
            return _failure is null ? question() : throw _failure;
        }
    }

    private void Read(KafkaSettings kafka)
    {
        try
        {
            using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
            {
                BootstrapServers = kafka.BootstrapServers, GroupId = "streamlearn-drill", EnableAutoCommit = false,
                EnableAutoOffsetStore = false,
                // Where the log no longer has what is to be read, it goes on at the log's start: that is seen as a gap.
                AutoOffsetReset = AutoOffsetReset.Earliest, FetchWaitMaxMs = 100,
            }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
            consumer.Assign(Places.Select(place => new TopicPartitionOffset(place, 0)));
            while (!_ended.IsCancellationRequested)
            {
                HoldOrResume(consumer);
                Take(consumer);
            }

            consumer.Close();
        }
        catch (Exception exception)
        {
            lock (_gate)
            {
                _failure = exception as DrillException
                    ?? new DrillException($"the topics cannot be read: {exception.GetType().Name}: {exception.Message}");
            }
        }
    }

    private void HoldOrResume(IConsumer<byte[], byte[]> consumer)
    {
        bool hold;
        lock (_gate)
        {
            hold = _hold;
        }

        if (hold == _holds)
        {
            return;
        }

        if (hold)
        {
            consumer.Pause(Places);
        }
        else
        {
            consumer.Resume(Places);
        }

        // A fetch that is under way when it pauses ends by itself.
        _ended.Token.WaitHandle.WaitOne(AfterError);
        lock (_gate)
        {
            _holds = hold;
        }
    }

    private void Take(IConsumer<byte[], byte[]> consumer)
    {
        try
        {
            if (consumer.Consume(AfterError) is { Message: not null } read)
            {
                lock (_gate)
                {
                    Count(read);
                }
            }
        }
        catch (ConsumeException exception) when (!exception.Error.IsFatal)
        {
            // The broker is away, or answers with an error: the client goes on where it was.
            _ended.Token.WaitHandle.WaitOne(AfterError);
        }
    }

    private void Count(ConsumeResult<byte[], byte[]> read)
    {
        var topic = Array.IndexOf(Topics, read.Topic);
        ref var next = ref _next[topic][read.Partition.Value];
        if (read.Offset.Value < next)
        {
            return;
        }

        if (read.Offset.Value > next)
        {
            throw new DrillException(string.Create(
                CultureInfo.InvariantCulture,
                $"{read.Topic}, partition {read.Partition.Value}: offset {read.Offset.Value} came where {next} was expected; "
                + $"the broker's retention took what was between before it was counted"));
        }

        next++;
        if (topic == 0)
        {
            TakeRecord(read.Message);
        }
        else
        {
            TakeOutput(topic, read.Message);
        }
    }

    private void TakeRecord(Message<byte[], byte[]> message)
    {
        if (message.Value[^1] == (byte)'}')
        {
            var key = Encoding.UTF8.GetString(message.Key);
            _produced[key] = _produced.GetValueOrDefault(key) + 1;
        }
    }

    private void TakeOutput(int topic, Message<byte[], byte[]> message)
    {
        var partition = Header(message, "sl-partition", DrillStage.Partitions);
        var offset = Header(message, "sl-offset", _most);
        var hash = Math.Max(1UL, XxHash3.HashToUInt64(message.Value.AsSpan(), topic));
        var outputs = _outputs[partition];
        if (outputs.Count <= offset)
        {
            outputs.AddRange(new ulong[offset + 1 - outputs.Count]);
        }

        if (outputs[offset] == 0)
        {
            outputs[offset] = hash;
        }
        else
        {
            _repeated++;
            _unequal += outputs[offset] == hash ? 0 : 1;
        }

        _written[partition]++;
        _newest[partition] = Math.Max(_newest[partition], offset);
    }

    private static int Header(Message<byte[], byte[]> message, string name, int limit)
    {
        var text = message.Headers.TryGetLastBytes(name, out var bytes) ? Encoding.UTF8.GetString(bytes) : "";
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < limit
            ? number
            : throw new DrillException($"an output has '{text}' as {name}; expected a number below {limit}");
    }
}
