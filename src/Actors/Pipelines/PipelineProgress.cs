using System.Collections.Concurrent;
using StreamLearn.Actors.Control;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Metrics;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Pipelines;

/// <summary>How far a pipeline has come on this node. Counts go up when the outputs are delivered. Thread-safe.</summary>
public sealed class PipelineProgress
{
    /// <summary>Stands for the writer of averages of replicas where a partition is named.</summary>
    public const int Averages = -1;

    private readonly ConcurrentDictionary<BucketId, bool> _buckets = new();
    private readonly ConcurrentDictionary<int, string> _checkpointProblems = new();
    private long _predictions;
    private long _deadLetters;
    private long _tombstones;
    private long _withoutRate;
    private long _dropped;
    private long _repeated;
    private long _learned;
    private long _held;
    private long _contributions;
    private long _averaged;
    private long _controls;
    private long _driftAlarms;
    private long _alertsRaised;
    private long _evictions;
    private long _rewinds;
    private long _skipped;
    private long _barriers;
    private long _barrierTicks;
    private int _partitions;

    /// <summary>Records whose predictions have been delivered.</summary>
    public long Predictions => Interlocked.Read(ref _predictions);

    /// <summary>Records that could not be learned from, and have been delivered as dead letters.</summary>
    public long DeadLetters => Interlocked.Read(ref _deadLetters);

    /// <summary>Records that told to forget a key.</summary>
    public long Tombstones => Interlocked.Read(ref _tombstones);

    /// <summary>Readings of counters that had no rate yet.</summary>
    public long NoRate => Interlocked.Read(ref _withoutRate);

    /// <summary>Late records that were passed over.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Copies of records in the events topic that had come before, and were passed over.</summary>
    public long Repeated => Interlocked.Read(ref _repeated);

    /// <summary>Records that were learned from and had nothing to predict: feedback on decisions, logged decisions.</summary>
    public long Learned => Interlocked.Read(ref _learned);

    /// <summary>Records that wait for others: feedback that came before its decision.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>What replicas have contributed to their averages.</summary>
    public long Contributions => Interlocked.Read(ref _contributions);

    /// <summary>Averages that replicas have taken in, each as often as there are replicas here.</summary>
    public long Averaged => Interlocked.Read(ref _averaged);

    /// <summary>Words of operators that buckets have heard, each as often as there are buckets here that it is for.</summary>
    public long Controls => Interlocked.Read(ref _controls);

    /// <summary>Alarms of drift detectors.</summary>
    public long DriftAlarms => Interlocked.Read(ref _driftAlarms);

    /// <summary>How often an alert was raised.</summary>
    public long AlertsRaised => Interlocked.Read(ref _alertsRaised);

    /// <summary>Keys that were idle longest and have been forgotten, because new ones came.</summary>
    public long Evictions => Interlocked.Read(ref _evictions);

    /// <summary>Records that retention had deleted when they were wanted, and that were done without.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    /// <summary>Records that are done with.</summary>
    public long Records => Predictions + DeadLetters + Tombstones + NoRate + Dropped + Learned + Held;

    /// <summary>How often a bucket had lost state and records were read again.</summary>
    public long Rewinds => Interlocked.Read(ref _rewinds);

    /// <summary>How often the learners' state was stored.</summary>
    public long Barriers => Interlocked.Read(ref _barriers);

    /// <summary>How long that took, all of them together.</summary>
    public TimeSpan BarrierTime => TimeSpan.FromTicks(Interlocked.Read(ref _barrierTicks));

    /// <summary>Partitions read here, or <see cref="Averages"/>, whose last checkpoint was not made, with the reason.</summary>
    public IReadOnlyDictionary<int, string> CheckpointProblems => _checkpointProblems;

    /// <summary>Partitions that this node reads.</summary>
    public int Partitions => Volatile.Read(ref _partitions);

    /// <summary>Whether it is paused.</summary>
    public PauseSwitch Pause { get; } = new();

    /// <summary>What is measured of the records' way.</summary>
    public FlowMeter Flow { get; } = new();

    /// <summary>The buckets that have been sent something.</summary>
    public IReadOnlyCollection<BucketId> Buckets => [.. _buckets.Keys.OrderBy(bucket => (bucket.Partition, bucket.Bucket))];

    /// <summary>Whether any record has been read and sent to its bucket.</summary>
    public bool HasBuckets => !_buckets.IsEmpty;

    internal void Touch(BucketId bucket) => _buckets.TryAdd(bucket, true);

    internal void AddSkipped(long records) => Interlocked.Add(ref _skipped, records);

    internal void AddRewind() => Interlocked.Increment(ref _rewinds);

    internal void AddBarrier(TimeSpan took)
    {
        Interlocked.Increment(ref _barriers);
        Interlocked.Add(ref _barrierTicks, took.Ticks);
    }

    internal void NoteCheckpointProblem(int partition, string reason) => _checkpointProblems[partition] = reason;

    internal void ForgetCheckpointProblem(int partition) => _checkpointProblems.TryRemove(partition, out _);

    internal void AddPartition(int change) => Interlocked.Add(ref _partitions, change);

    /// <summary>Counts records that the copier could not decode.</summary>
    internal void AddUndecoded(IReadOnlyList<OutputRecord> letters)
    {
        Interlocked.Add(ref _deadLetters, letters.Count);
        Flow.AddDeadLetters(letters);
    }

    internal void AddDelivered(EncodedOutput output)
    {
        Interlocked.Add(ref _predictions, output.Predicted);
        Interlocked.Add(ref _deadLetters, output.Refused);
        Flow.AddDeadLetters(output.DeadLetters.Records);
        Interlocked.Add(ref _tombstones, output.Forgotten);
        Interlocked.Add(ref _withoutRate, output.WithoutRate);
        Interlocked.Add(ref _dropped, output.Dropped);
        Interlocked.Add(ref _repeated, output.Repeated);
        Interlocked.Add(ref _learned, output.Learned);
        Interlocked.Add(ref _held, output.Held);
        Interlocked.Add(ref _contributions, output.Contributions.Records.Count);
        Interlocked.Add(ref _averaged, output.Averaged);
        Interlocked.Add(ref _controls, output.Controlled);
        Interlocked.Add(ref _driftAlarms, output.DriftAlarms);
        Interlocked.Add(ref _alertsRaised, output.AlertsRaised);
        Interlocked.Add(ref _evictions, output.Evictions);
    }
}
