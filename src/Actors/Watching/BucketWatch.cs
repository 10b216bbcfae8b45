using StreamLearn.Actors.Messages;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Actors.Watching;

/// <summary>
/// What people look at of a bucket: the last points of a few keys that somebody watches, and what has happened to any key lately. It sees records and answers
/// when they are learned, and touches nothing of them. While nobody watches, a chunk costs a look whether there is anything.
/// </summary>
/// <param name="plan">The pipeline's learners.</param>
/// <param name="time">The clock.</param>
internal sealed class BucketWatch(LearnerPlan plan, TimeProvider time)
{
    /// <summary>Keys that are watched at the same time; one more takes the place of the one that was asked for longest ago.</summary>
    internal const int MostKeys = 8;

    /// <summary>Points of a key, at most: fewer where each has very many numbers.</summary>
    internal const int MostPoints = 512;

    /// <summary>What is remembered of events.</summary>
    internal const int MostEvents = 32;

    // Of a key: 512 points of 10 horizons.
    private const int MostNumbers = 16 * 1024;

    /// <summary>After the last question a key is watched no more.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Null: nobody watches.
    private List<KeyRing>? _rings;
    private readonly Queue<KeyEvent> _events = [];

    /// <summary>What has happened lately, the oldest first.</summary>
    internal IReadOnlyList<KeyEvent> Events => [.. _events];

    /// <summary>Keys that are watched.</summary>
    internal int Keys => _rings?.Count ?? 0;

    /// <summary>Looks at records that have been learned.</summary>
    /// <param name="examples">The records.</param>
    /// <param name="from">The first that was new.</param>
    /// <param name="predictions">The answers to these.</param>
    internal void See(ExampleBatch examples, int from, PredictionBatch predictions)
    {
        try
        {
            Look(examples, from, predictions);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The records are learned. A bucket does not lose them because somebody looks.
            Restart();
        }
    }

    private void Look(ExampleBatch examples, int from, PredictionBatch predictions)
    {
        if (predictions.DriftAlarms.Count + predictions.Alerts.Count + predictions.Recoveries.Count > 0)
        {
            Note(examples, from, predictions);
        }

        if (_rings is null)
        {
            return;
        }

        Forget();
        for (var row = from; row < examples.Count && _rings is { } rings; row++)
        {
            if (examples.Kinds[row] != ExampleKind.Example)
            {
                continue;
            }

            var key = examples.Key(row);
            foreach (var ring in rings)
            {
                if (key.SequenceEqual(ring.Key))
                {
                    ring.See(examples, row, predictions, row - from);
                }
            }
        }
    }

    /// <summary>What has been seen of a key, which is watched from now on.</summary>
    /// <param name="request">The question.</param>
    /// <param name="fleet">The learners.</param>
    /// <param name="lastApplied">The last offset that they have learned.</param>
    internal WatchedPoints PointsOf(WatchKey request, ILearnerFleet fleet, long lastApplied)
    {
        Forget();
        if (!fleet.Contains(request.Key))
        {
            return WatchedPoints.Unknown(request.Bucket);
        }

        var ring = _rings?.Find(ring => ring.Key.AsSpan().SequenceEqual(request.Key)) ?? Begin(request.Key, fleet, lastApplied);
        ring.Asked = time.GetTimestamp();
        return ring.PointsAfter(request.Bucket, request.After);
    }

    /// <summary>Watches no more what nobody has asked for lately.</summary>
    internal void Forget()
    {
        if (_rings is not null)
        {
            _rings.RemoveAll(ring => time.GetElapsedTime(ring.Asked) >= Patience);
            _rings = _rings.Count == 0 ? null : _rings;
        }
    }

    /// <summary>The state that was looked at is another now.</summary>
    internal void Restart()
    {
        _rings = null;
        _events.Clear();
    }

    private KeyRing Begin(byte[] key, ILearnerFleet fleet, long lastApplied)
    {
        _rings ??= [];
        if (_rings.Count == MostKeys)
        {
            _rings.Remove(_rings.MinBy(ring => ring.Asked)!);
        }

        var watcher = plan.CreateWatcher();
        var capacity = Math.Clamp(MostNumbers / watcher.Width, 1, MostPoints);
        var ring = new KeyRing(key, watcher, capacity, fleet.Recent(key, Math.Min(capacity, KeyRing.PageOf(watcher.Width))), lastApplied);
        _rings.Add(ring);
        return ring;
    }

    private void Note(ExampleBatch examples, int from, PredictionBatch predictions)
    {
        foreach (var alarm in predictions.DriftAlarms)
        {
            Add(alarm.Row, KeyEventKind.Drift, alarm.Detector);
        }

        foreach (var alert in predictions.Alerts)
        {
            Add(
                alert.Row, alert.Change.Raised ? KeyEventKind.AlertRaised : KeyEventKind.AlertCleared, alert.Change.Horizon, alert.Change.Bound,
                alert.Change.Threshold);
        }

        foreach (var recovery in predictions.Recoveries)
        {
            Add(recovery.Row, KeyEventKind.Recovery, recovery.Learner);
        }

        void Add(int answer, KeyEventKind kind, int place, double bound = double.NaN, double threshold = double.NaN)
        {
            if (_events.Count == MostEvents)
            {
                _events.Dequeue();
            }

            var row = from + answer;
            _events.Enqueue(new KeyEvent(examples.Offsets[row], examples.Times[row], examples.Key(row).ToArray(), kind, place, bound, threshold));
        }
    }
}
