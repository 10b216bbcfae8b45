using System.Globalization;
using Confluent.Kafka;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Chaos;

/// <summary>
/// Reads the records of a drill and what came of them from the topics while they are written: the embedded broker does not keep
/// everything until the end. What it makes of them is its subclass's; all of that is under one lock.
/// </summary>
internal abstract class DrillReader : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AfterError = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestStandstill = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyList<string> _topics;
    private readonly TopicPartition[] _places;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private readonly Task _reading;

    // By topic and partition.
    private readonly long[][] _next;
    private DrillException? _failure;
    private bool _hold;
    private bool _holds;

    /// <param name="kafka">How the broker is reached.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="time">Clock of the waits.</param>
    protected DrillReader(KafkaSettings kafka, IReadOnlyList<string> topics, TimeProvider time)
    {
        _topics = topics;
        _places = [.. topics.SelectMany(topic => Enumerable.Range(0, DrillStage.Partitions).Select(partition => new TopicPartition(topic, partition)))];
        _next = [.. topics.Select(_ => new long[DrillStage.Partitions])];
        _time = time;
        _reading = Task.Factory.StartNew(
            () => Read(kafka), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Outputs read so far.</summary>
    /// <exception cref="DrillException">It cannot go on.</exception>
    internal abstract long Outputs { get; }

    /// <summary>Outputs read so far of the records of each partition of the log.</summary>
    /// <exception cref="DrillException">It cannot go on.</exception>
    internal abstract long[] Written { get; }

    /// <summary>Records read so far of each partition of the log that are to have an output.</summary>
    /// <exception cref="DrillException">It cannot go on.</exception>
    internal abstract long[] Records { get; }

    /// <summary>Of each partition of the log the newest record that an output was of since <see cref="Mark"/>; -1: there was none.</summary>
    /// <exception cref="DrillException">It cannot go on.</exception>
    internal abstract long[] NewestAnswered { get; }

    /// <summary>Forgets which records were answered last.</summary>
    internal abstract void Mark();

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
        foreach (var topic in _topics)
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

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _reading;
        _ended.Dispose();
    }

    /// <summary>Takes a record of one of the topics in, each once and in order; under the lock.</summary>
    /// <param name="topic">Which of them.</param>
    /// <param name="read">The record.</param>
    protected abstract void Take(int topic, ConsumeResult<byte[], byte[]> read);

    /// <summary>Where a partition has been read up to; under the lock.</summary>
    protected long Next(int topic, int partition) => _next[topic][partition];

    /// <summary>Asks under the lock.</summary>
    /// <exception cref="DrillException">Reading has failed.</exception>
    protected T Locked<T>(Func<T> question)
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
            consumer.Assign(_places.Select(place => new TopicPartitionOffset(place, 0)));
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
            consumer.Pause(_places);
        }
        else
        {
            consumer.Resume(_places);
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
        var topic = 0;
        while (_topics[topic] != read.Topic)
        {
            topic++;
        }

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
        Take(topic, read);
    }
}
