using System.Collections.Concurrent;
using HdrHistogram;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Metrics;

/// <summary>
/// What is measured of a pipeline's records on their way through this node, besides the counts of <see cref="Pipelines.PipelineProgress"/>. Recording
/// allocates nothing and locks nothing. Thread-safe.
/// </summary>
public sealed class FlowMeter
{
    // Values are exact to a hundredth.
    private const int Digits = 2;
    private const long LargestChunk = 10_000_000;

    private static readonly TimeSpan LongestAnswer = TimeSpan.FromHours(1);
    private static readonly Dictionary<string, int> PlaceOf = DeadLetterReason.All.Select((reason, place) => (reason, place)).ToDictionary();

    private readonly ConcurrentDictionary<int, PartitionFlow> _partitions = new();
    private readonly ConcurrentDictionary<(string Topic, int Partition), PartitionFlow> _sources = new();
    private readonly Recorder _chunks = Recording(LargestChunk);
    private readonly Recorder _answers = Recording(MicrosecondsOf(LongestAnswer));
    private readonly long[] _deadLetters = new long[DeadLetterReason.All.Count];
    private readonly Lock _reading = new();
    private HistogramBase? _usedChunks;
    private HistogramBase? _usedAnswers;

    /// <summary>The partitions that are read here, by number.</summary>
    public IReadOnlyList<PartitionFlow> Partitions => [.. _partitions.Values.OrderBy(flow => flow.Partition)];

    /// <summary>The partitions of other topics whose records this node copies into the pipeline's log.</summary>
    public IReadOnlyList<PartitionFlow> Sources => [.. _sources.Values];

    /// <summary>Records that have been delivered as dead letters, for each reason that there was.</summary>
    public IEnumerable<(string Reason, long Count)> DeadLetters =>
        DeadLetterReason.All.Select((reason, place) => (reason, Interlocked.Read(ref _deadLetters[place]))).Where(counted => counted.Item2 > 0);

    /// <summary>Chunk sizes, in records, and seconds from when a chunk was first sent until it was answered, since this was asked last. For one who asks.</summary>
    public (FlowQuantiles Records, FlowQuantiles Seconds) TakeChunks()
    {
        lock (_reading)
        {
            _usedChunks = _chunks.GetIntervalHistogram(_usedChunks);
            _usedAnswers = _answers.GetIntervalHistogram(_usedAnswers);
            return (FlowQuantiles.Of(_usedChunks, 1), FlowQuantiles.Of(_usedAnswers, 1e-6));
        }
    }

    /// <summary>A partition is read here from now on.</summary>
    /// <param name="partition">Its number.</param>
    /// <param name="next">Offset of the first record that is not done with.</param>
    /// <param name="logEnd">See <see cref="PartitionFlow"/>.</param>
    public PartitionFlow Enter(int partition, long next, Func<long?> logEnd) => _partitions[partition] = new PartitionFlow(partition, next, logEnd);

    /// <summary>It is no more; whoever has it by now keeps it.</summary>
    internal void Leave(PartitionFlow flow) => _partitions.TryRemove(new(flow.Partition, flow));

    /// <summary>A partition of a topic is copied here from now on.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="partition">Its number.</param>
    /// <param name="next">Offset of the first record that is not copied.</param>
    /// <param name="logEnd">See <see cref="PartitionFlow"/>.</param>
    public PartitionFlow EnterSource(string topic, int partition, long next, Func<long?> logEnd) =>
        _sources[(topic, partition)] = new PartitionFlow(partition, next, logEnd);

    /// <summary>It is no more.</summary>
    internal void LeaveSource(string topic, PartitionFlow flow) => _sources.TryRemove(new((topic, flow.Partition), flow));

    /// <summary>A chunk is sent for the first time.</summary>
    internal void AddChunk(int records) => _chunks.RecordValue(Math.Min(records, LargestChunk));

    /// <summary>A chunk is answered.</summary>
    /// <param name="after">Since it was first sent.</param>
    internal void AddAnswer(TimeSpan after) =>
        _answers.RecordValue(MicrosecondsOf(after < TimeSpan.Zero ? TimeSpan.Zero : after < LongestAnswer ? after : LongestAnswer));

    internal void AddDeadLetters(IReadOnlyList<OutputRecord> letters)
    {
        for (var i = 0; i < letters.Count; i++)
        {
            if (letters[i].Reason is { } reason && PlaceOf.TryGetValue(reason, out var place))
            {
                Interlocked.Increment(ref _deadLetters[place]);
            }
        }
    }

    private static long MicrosecondsOf(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;

    private static Recorder Recording(long largest) => HistogramFactory.With64BitBucketSize()
        .WithValuesFrom(1).WithValuesUpTo(largest).WithPrecisionOf(Digits).WithThreadSafeWrites().WithThreadSafeReads().Create();
}
