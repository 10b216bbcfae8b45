namespace StreamLearn.Actors.Events;

/// <summary>
/// Keeps the copiers of a pipeline's topics in step while they copy what was there before they started: records of the topics then come into
/// the events topic in about the order of their event times, and feedback near what it is for, not a whole backlog later. Thread-safe.
/// </summary>
/// <remarks>
/// Each partition says the earliest event time of the batch that it is about to copy, and waits as long as one of another topic that has a backlog too
/// is behind that; the one that is furthest behind never waits. Who has not said anything for the patience is not waited for. Records that were written
/// after the start are copied at once: a live topic is never held up. Partitions that other nodes copy are not known here.
/// </remarks>
/// <param name="sources">How many topics there are.</param>
/// <param name="time">Its clock.</param>
/// <param name="patience">How long one waits for another that says nothing; three times as long for one that has not begun at all, because its
/// group is still sharing out.</param>
public sealed class CopierPace(int sources, TimeProvider time, TimeSpan patience)
{
    /// <summary>The patience of nodes.</summary>
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<(int Source, int Partition), Place> _places = [];
    private readonly HashSet<int> _begun = [];
    private readonly long _created = time.GetTimestamp();

    /// <summary>A partition begins to be copied: it has a backlog until it says otherwise.</summary>
    public void Begin(int source, int partition)
    {
        lock (_gate)
        {
            _begun.Add(source);
            _places[(source, partition)] = new Place(time.GetUtcNow(), time.GetTimestamp(), long.MinValue);
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

    /// <summary>Waits until a batch may be copied.</summary>
    /// <param name="source">The topic, by its place in the pipeline's configuration.</param>
    /// <param name="partition">Its partition.</param>
    /// <param name="earliest">The earliest event time in the batch, ms since 1970.</param>
    /// <param name="written">Kafka's timestamp of its last record, ms since 1970.</param>
    public async ValueTask WaitAsync(int source, int partition, long earliest, long written)
    {
        if (!Say(source, partition, earliest, written))
        {
            return;
        }

        while (IsAhead(source, partition, earliest))
        {
            await Task.Delay(Look, time).ConfigureAwait(false);
        }
    }

    /// <summary>Notes where a partition is; false where it has no backlog any more.</summary>
    private bool Say(int source, int partition, long earliest, long written)
    {
        lock (_gate)
        {
            if (!_places.TryGetValue((source, partition), out var place))
            {
                return false;
            }

            if (written >= place.Started.ToUnixTimeMilliseconds())
            {
                _places.Remove((source, partition));
                return false;
            }

            _places[(source, partition)] = place with { Said = time.GetTimestamp(), Earliest = earliest };
            return true;
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
            if (_begun.Count < sources && time.GetElapsedTime(_created) < 3 * patience)
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

    /// <param name="Started">When it began.</param>
    /// <param name="Said">When it last said where it is.</param>
    /// <param name="Earliest">Where that is.</param>
    private sealed record Place(DateTimeOffset Started, long Said, long Earliest);
}
