namespace StreamLearn.Actors.Buckets;

/// <summary>
/// What the buckets of a node cost it, by pipeline and shard: the time that their entities are busy, in seconds per second. A second counts the less the
/// longer ago it was, 1/e after a minute. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class BucketCosts(TimeProvider time)
{
    /// <summary>Time in which the weight of a moment falls to 1/e.</summary>
    public static readonly TimeSpan Fading = TimeSpan.FromMinutes(1);

    /// <summary>A shard that has been here for less has no cost yet: it may be reading what it has missed.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private long _steps;
    private readonly SortedDictionary<(string Pipeline, int Shard), CostMeter> _meters = new(Order.Instance);

    /// <summary>Chunks and checkpoints that were done with on the threads that entities share: while it grows, these live, however much waits for them.</summary>
    public long Steps => Interlocked.Read(ref _steps);

    /// <summary>The clock that busy time is measured with.</summary>
    internal TimeProvider Time => time;

    /// <summary>The costs as of now of the shards that have an entity here, by pipeline and shard.</summary>
    public IReadOnlyList<ShardCost> Read()
    {
        lock (_lock)
        {
            return [.. _meters.Select(meter => new ShardCost(meter.Key.Pipeline, meter.Key.Shard, meter.Value.Read(time, Fading, First)))];
        }
    }

    internal void AddStep() => Interlocked.Increment(ref _steps);

    /// <summary>The meter of a shard, for one more entity of it.</summary>
    internal CostMeter Enter(string pipeline, int shard)
    {
        lock (_lock)
        {
            if (!_meters.TryGetValue((pipeline, shard), out var meter))
            {
                meter = new CostMeter(time.GetTimestamp());
                _meters.Add((pipeline, shard), meter);
            }

            meter.Users++;
            return meter;
        }
    }

    /// <summary>An entity of a shard is gone; with the last one the shard is.</summary>
    internal void Leave(string pipeline, int shard)
    {
        lock (_lock)
        {
            if (_meters.TryGetValue((pipeline, shard), out var meter) && --meter.Users == 0)
            {
                _meters.Remove((pipeline, shard));
            }
        }
    }

    private sealed class Order : IComparer<(string Pipeline, int Shard)>
    {
        internal static readonly Order Instance = new();

        public int Compare((string Pipeline, int Shard) x, (string Pipeline, int Shard) y) =>
            string.CompareOrdinal(x.Pipeline, y.Pipeline) is var order and not 0 ? order : x.Shard.CompareTo(y.Shard);
    }
}
