using StreamLearn.Actors.Protocol;

namespace StreamLearn.Actors.Ingest;

/// <summary>
/// Which records of a partition have been answered before. After a rewind records are read again that other buckets, or the one that has
/// lost its state, had answered: they are learned from where that is needed, and put out and counted once.
/// </summary>
internal sealed class AnsweredBefore
{
    // At or below the offset and not answered yet. Bounded: what was in flight at a rewind.
    private readonly HashSet<long> _open = [];
    private long _readUpTo = IngestProtocol.Nothing;

    /// <summary>Tells that everything is read again.</summary>
    /// <param name="readUpTo">The last record that has been read.</param>
    /// <param name="unanswered">Those among what has been read that are not answered; others may be named again.</param>
    internal void ReadAgain(long readUpTo, IEnumerable<long> unanswered)
    {
        foreach (var offset in unanswered.Where(offset => offset > _readUpTo))
        {
            _open.Add(offset);
        }

        _readUpTo = Math.Max(_readUpTo, readUpTo);
    }

    /// <summary>Takes the answer to records, ascending: for each whether it had been answered before; null: none had.</summary>
    internal bool[]? Answer(long[] offsets) =>
        offsets[0] > _readUpTo ? null : Array.ConvertAll(offsets, offset => offset <= _readUpTo && !_open.Remove(offset));
}
