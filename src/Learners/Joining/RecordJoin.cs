using System.Diagnostics.CodeAnalysis;
using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Joining;

/// <summary>
/// Brings decisions and the feedback on them together by their ids, for one key, in the order of its records. Everything it does is decided by that
/// order and by event time: a replay joins the same. Single-threaded.
/// </summary>
/// <remarks>
/// A decision waits until the watermark (the largest event time so far) is more than the time to live after its own time; decisions expire in the order
/// in which they were made, so one with an earlier time than the one before waits as long as that. At most
/// <see cref="JoinOptions.MaxPending"/> decisions wait, as many early feedbacks, and as many ids that are done with are remembered. A call costs the
/// same however many there are, and allocates nothing once as many have been there.
/// </remarks>
/// <typeparam name="TEntry">What waits under an id.</typeparam>
internal sealed class RecordJoin<TEntry>
    where TEntry : JoinEntry
{
    private readonly string _format;
    private readonly JoinOptions _options;
    private readonly Func<TEntry> _create;
    private readonly JoinList _waiting = new();
    private readonly JoinList _finished = new();
    private readonly JoinList _early = new();

    // Chained through the entries; its length is a power of two, and at least the number of entries.
    private JoinEntry?[] _table = new JoinEntry?[16];
    private int _entries;
    private JoinEntry? _free;

    // Done with, but looked at until the next one is.
    private JoinEntry? _lastFinished;

    /// <param name="format">What its stored state is called.</param>
    /// <param name="options">What waits how long, and what becomes of the rest.</param>
    /// <param name="create">Makes an entry.</param>
    internal RecordJoin(string format, JoinOptions options, Func<TEntry> create)
    {
        _format = format;
        _options = options;
        _create = create;
    }

    /// <summary>The largest event time so far, ms since 1970.</summary>
    internal long Watermark { get; private set; } = long.MinValue;

    /// <summary>What has become of ids and feedback so far.</summary>
    internal JoinCounts Counts { get; private set; }

    /// <summary>Decisions that wait now.</summary>
    internal int Waiting => _waiting.Count;

    /// <summary>Moves on to the time of a record. <see cref="TryTakeMissed"/> is to be asked then until there is none.</summary>
    internal void Advance(long time)
    {
        Watermark = Math.Max(Watermark, time);
        while (_early.Oldest is { } early && early.Expires < Watermark)
        {
            _early.Remove(early);
            Counts = Counts with { Unknown = Counts.Unknown + 1 };
            Drop(early);
        }
    }

    /// <summary>Takes the oldest decision that has waited too long; what it keeps is there until the next call of anything.</summary>
    internal bool TryTakeMissed([NotNullWhen(true)] out TEntry? missed)
    {
        missed = (TEntry?)_waiting.Oldest;
        if (missed is null || missed.Expires >= Watermark)
        {
            missed = null;
            return false;
        }

        Counts = Counts with { Missing = Counts.Missing + 1 };
        Finish(missed, JoinState.Missed);
        return true;
    }

    /// <summary>Takes the oldest decision where one more would be too many.</summary>
    internal bool TryMakeRoom([NotNullWhen(true)] out TEntry? missed)
    {
        missed = _waiting.Count < _options.MaxPending ? null : (TEntry?)_waiting.Oldest;
        if (missed is null)
        {
            return false;
        }

        Counts = Counts with { Overflowed = Counts.Overflowed + 1 };
        Finish(missed, JoinState.Missed);
        return true;
    }

    /// <summary>Whether something may be decided under an id: nothing has been.</summary>
    /// <param name="id">The id.</param>
    /// <param name="early">The feedback that waits for the decision; null: none. It is taken: what it keeps is there until the next call of
    /// anything.</param>
    internal bool TryBegin(ReadOnlySpan<byte> id, out TEntry? early)
    {
        early = null;
        var found = Find(id, JoinEntry.HashOf(id));
        if (found is null)
        {
            return true;
        }

        if (found.State != JoinState.Early)
        {
            Counts = Counts with { DuplicateDecisions = Counts.DuplicateDecisions + 1 };
            return false;
        }

        early = found;
        _early.Remove(found);
        Drop(found);
        return true;
    }

    /// <summary>The same for a decision that comes with its feedback: what waits for it is one too many.</summary>
    internal bool TryBeginLogged(ReadOnlySpan<byte> id)
    {
        var isNew = TryBegin(id, out var early);
        if (early is not null)
        {
            Counts = Counts with { Duplicates = Counts.Duplicates + 1 };
        }

        return isNew;
    }

    /// <summary>A decision that waits from now on; there is room or its feedback is taken in next, and its id is new. Whoever calls fills it.</summary>
    internal TEntry Add(ReadOnlySpan<byte> id, long time) => Take(id, JoinState.Waiting, time, _waiting);

    /// <summary>Takes feedback in.</summary>
    /// <param name="id">The decision's id.</param>
    /// <param name="time">Event time of the feedback.</param>
    /// <param name="entry">With <see cref="FeedbackVerdict.Joined"/> the decision; what it keeps is there until the next call of anything. With
    /// <see cref="FeedbackVerdict.Held"/> the feedback, which whoever calls fills.</param>
    internal FeedbackVerdict Take(ReadOnlySpan<byte> id, long time, out TEntry? entry)
    {
        entry = Find(id, JoinEntry.HashOf(id));
        switch (entry?.State)
        {
            case JoinState.Waiting:
                Counts = Counts with { Joined = Counts.Joined + 1 };
                Finish(entry, JoinState.Done);
                return FeedbackVerdict.Joined;
            case JoinState.Missed:
                Counts = Counts with { Late = Counts.Late + 1 };
                return FeedbackVerdict.Late;
            case JoinState.Done or JoinState.Early:
                Counts = Counts with { Duplicates = Counts.Duplicates + 1 };
                return FeedbackVerdict.Duplicate;
            default:
                break;
        }

        if (_options.Early != JoinPolicy.Hold)
        {
            Counts = Counts with { Unknown = Counts.Unknown + 1 };
            return FeedbackVerdict.Unknown;
        }

        while (_early.Count >= _options.MaxPending)
        {
            var oldest = _early.Oldest!;
            _early.Remove(oldest);
            Counts = Counts with { Unknown = Counts.Unknown + 1 };
            Drop(oldest);
        }

        Counts = Counts with { Held = Counts.Held + 1 };
        entry = Take(id, JoinState.Early, time, _early);
        return FeedbackVerdict.Held;
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(_format, 1, fields: 5);
        writer.Write(Watermark);
        Counts.Save(ref writer);
        foreach (var list in (ReadOnlySpan<JoinList>)[_waiting, _finished, _early])
        {
            writer.WriteArrayHeader(list.Count);
            for (var entry = list.Oldest; entry is not null; entry = entry.Newer)
            {
                entry.Save(ref writer);
            }
        }
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(_format, 1, fields: 5);
        Watermark = reader.ReadInt64();
        Counts = JoinCounts.Load(ref reader);
        LoadList(ref reader, _waiting);
        LoadList(ref reader, _finished);
        LoadList(ref reader, _early);
    }

    private void LoadList(ref MessagePackReader reader, JoinList list)
    {
        var count = reader.ReadArrayHeader();

        // More than may, where it was stored with a higher limit: what comes next makes the room.
        StateFormat.Require(count <= JoinOptions.MostPending, $"{count} decisions wait or are remembered");
        for (var i = 0; i < count; i++)
        {
            var entry = _create();
            entry.Load(ref reader);
            var state = entry.State;
            StateFormat.Require(
                list == _waiting ? state == JoinState.Waiting : list == _early ? state == JoinState.Early : state is JoinState.Done or JoinState.Missed,
                "a decision is where it does not belong");
            StateFormat.Require(Find(entry.Id, entry.Hash) is null, "an id is there twice");
            StateFormat.Require(list == _finished || list.Newest is null || list.Newest.Expires <= entry.Expires, "decisions are out of order");
            Insert(entry);
            list.Append(entry);
        }
    }

    private TEntry Take(ReadOnlySpan<byte> id, JoinState state, long time, JoinList list)
    {
        var entry = (TEntry?)_free ?? _create();
        _free = entry.Next;
        entry.Begin(id, JoinEntry.HashOf(id));
        entry.State = state;

        // What is decided later never expires earlier.
        var expires = time > long.MaxValue - _options.TimeToLiveMilliseconds ? long.MaxValue : time + _options.TimeToLiveMilliseconds;
        entry.Expires = Math.Max(expires, list.Newest?.Expires ?? long.MinValue);
        Insert(entry);
        list.Append(entry);
        return entry;
    }

    /// <summary>The id is remembered, so that what comes for it later is known to be late or a repeat.</summary>
    private void Finish(JoinEntry entry, JoinState state)
    {
        _waiting.Remove(entry);
        entry.State = state;
        while (_finished.Count >= _options.MaxPending)
        {
            var oldest = _finished.Oldest!;
            _finished.Remove(oldest);
            Drop(oldest);
        }

        _finished.Append(entry);
        _lastFinished?.ReleaseLarge();
        _lastFinished = entry;
    }

    private TEntry? Find(ReadOnlySpan<byte> id, int hash)
    {
        var entry = _table[hash & (_table.Length - 1)];
        while (entry is not null && !(entry.Hash == hash && entry.Id.SequenceEqual(id)))
        {
            entry = entry.Next;
        }

        return (TEntry?)entry;
    }

    private void Insert(JoinEntry entry)
    {
        if (_entries == _table.Length)
        {
            var old = _table;
            _table = new JoinEntry?[old.Length * 2];
            foreach (var first in old)
            {
                for (var next = first; next is not null;)
                {
                    var moved = next;
                    next = moved.Next;
                    Link(moved);
                }
            }
        }

        Link(entry);
        _entries++;
    }

    private void Link(JoinEntry entry)
    {
        ref var first = ref _table[entry.Hash & (_table.Length - 1)];
        entry.Next = first;
        first = entry;
    }

    private void Drop(JoinEntry entry)
    {
        ref var first = ref _table[entry.Hash & (_table.Length - 1)];
        if (first == entry)
        {
            first = entry.Next;
        }
        else
        {
            var before = first!;
            while (before.Next != entry)
            {
                before = before.Next!;
            }

            before.Next = entry.Next;
        }

        _entries--;
        entry.Next = _free;
        _free = entry;
    }
}
