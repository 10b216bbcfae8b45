namespace StreamLearn.Actors.Events;

/// <summary>
/// Keeps the copiers of a pipeline's topics in step while they copy what was there before they started: records of the topics then come into
/// the events topic in about the order of their event times, and feedback near what it is for, not a whole backlog later. Thread-safe.
/// </summary>
/// <remarks>
/// Each partition says the earliest event time of the batch that it is about to copy, and waits as long as one of another topic that has a backlog too
/// is behind that; the one that is furthest behind never waits. A backlog ends where the log ended when the partition began: what comes later is copied
/// at once, and a live topic is never held up. Who says nothing for the patience is not waited for: its broker is away, or its log ends with what
/// readers never see, such as the marks of transactions. Partitions that other nodes copy are not known here.
/// </remarks>
/// <param name="sources">How many topics there are.</param>
/// <param name="time">Its clock.</param>
/// <param name="patience">How long one waits for another that says nothing.</param>
/// <param name="gathering">How long, from the start, one waits for a topic of which no partition has begun: its group is sharing out, or other nodes
/// have them all.</param>
public sealed class CopierPace(int sources, TimeProvider time, TimeSpan patience, TimeSpan gathering)
{
    /// <summary>The patience of nodes: what an answer of a broker may take at a start, and more.</summary>
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(30);

    /// <summary>What nodes wait for a topic's first partition: two rebalances.</summary>
    public static readonly TimeSpan DefaultGathering = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<(int Source, int Partition), Place> _places = [];
    private readonly HashSet<int> _begun = [];
    private readonly long _created = time.GetTimestamp();

    /// <summary>A partition begins to be copied: it has a backlog until more is known. A topic alone has nobody to be in step with.</summary>
    public void Begin(int source, int partition)
    {
        lock (_gate)
        {
            _begun.Add(source);
            if (sources == 1)
            {
                return;
            }

            _places[(source, partition)] = new Place(time.GetTimestamp(), long.MinValue, long.MaxValue);
        }
    }

    /// <summary>It is known how much a partition has to copy.</summary>
    /// <param name="source">The topic, by its place in the pipeline's configuration.</param>
    /// <param name="partition">Its partition.</param>
    /// <param name="next">Offset that copying begins at.</param>
    /// <param name="end">Offset that the log ends before.</param>
    public void Measure(int source, int partition, long next, long end)
    {
        lock (_gate)
        {
            if (!_places.TryGetValue((source, partition), out var place))
            {
                return;
            }

            if (next >= end)
            {
                _places.Remove((source, partition));
                return;
            }

            _places[(source, partition)] = place with { Said = time.GetTimestamp(), End = end };
        }
    }

    /// <summary>A partition is copied no more.</summary>
    public void End(int source, int partition)
    {
        lock (_gate)
        {
            _places.Remove((source, partition));
        }
    }

    /// <summary>Whether a partition still has something to copy that was there when it began.</summary>
    public bool HasBacklog(int source, int partition)
    {
        lock (_gate)
        {
            return _places.ContainsKey((source, partition));
        }
    }

    /// <summary>Waits until a batch, or a part of one, may be copied.</summary>
    /// <param name="source">The topic, by its place in the pipeline's configuration.</param>
    /// <param name="partition">Its partition.</param>
    /// <param name="earliest">The earliest event time in the batch, ms since 1970.</param>
    /// <param name="next">Offset of the record after the batch; 0 for a part that is not its last.</param>
    public async ValueTask WaitAsync(int source, int partition, long earliest, long next)
    {
        if (Say(source, partition, earliest) is not { } place)
        {
            return;
        }

        while (IsAhead(source, partition, earliest))
        {
            await Task.Delay(Look, time).ConfigureAwait(false);
        }

        if (next >= place.End)
        {
            End(source, partition);
        }
    }

    /// <summary>Notes where a partition is; null where it has no backlog any more.</summary>
    private Place? Say(int source, int partition, long earliest)
    {
        lock (_gate)
        {
            if (!_places.TryGetValue((source, partition), out var place))
            {
                return null;
            }

            return _places[(source, partition)] = place with { Said = time.GetTimestamp(), Earliest = earliest };
        }
    }

    private bool IsAhead(int source, int partition, long earliest)
    {
        lock (_gate)
        {
            if (!_places.TryGetValue((source, partition), out var own))
            {
                return false;
            }

            // Who waits has not stopped saying where it is.
            _places[(source, partition)] = own with { Said = time.GetTimestamp() };
            if (_begun.Count < sources && time.GetElapsedTime(_created) < gathering)
            {
                return true;
            }

            foreach (var (other, place) in _places)
            {
                if (other.Source != source && place.Earliest < earliest && time.GetElapsedTime(place.Said) < patience)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <param name="Said">When it last said where it is.</param>
    /// <param name="Earliest">Where that is.</param>
    /// <param name="End">Where its backlog ends.</param>
    private sealed record Place(long Said, long Earliest, long End);
}
