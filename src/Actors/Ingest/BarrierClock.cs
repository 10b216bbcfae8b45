using StreamLearn.Actors.Pipelines;

namespace StreamLearn.Actors.Ingest;

/// <summary>When a barrier of a partition is due. The time decides only that, never what is learned.</summary>
/// <param name="options">What makes one due.</param>
/// <param name="turn">Share of the time between two that has gone by at the start, from 0 to 1: partitions take turns, so that the others
/// work while one stores.</param>
/// <param name="time">The clock.</param>
internal sealed class BarrierClock(BarrierOptions options, double turn, TimeProvider time)
{
    // Between two that operators wait for: whoever asks again and again must not stop the learning.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _ahead = options.Every * turn;
    private readonly long _made = time.GetTimestamp();
    private long? _ended;
    private long _started;
    private long _records;
    private TimeSpan _took;
    private bool _isWanted;

    /// <summary>Counts records that were read.</summary>
    internal void Read(int records) => _records += records;

    /// <summary>Somebody wants the next one early.</summary>
    internal void Want() => _isWanted = true;

    /// <summary>Whether one that an operator waits for may begin: sooner than others, but not before a second has gone by since the last one, and as long as that took.</summary>
    internal bool MayBegin => _ended is not { } ended || time.GetElapsedTime(ended) >= (_took > Rest ? _took : Rest);

    /// <summary>Whether a barrier is due, if there is anything to store.</summary>
    internal bool IsDue()
    {
        var since = _ended is { } ended ? time.GetElapsedTime(ended) : time.GetElapsedTime(_made) + _ahead;
        return since >= options.Every
            || ((_isWanted || (options.EveryRecords > 0 && _records >= options.EveryRecords)) && since >= _took * options.Patience);
    }

    internal void Start()
    {
        _started = time.GetTimestamp();
        _records = 0;
        _isWanted = false;
    }

    /// <summary>Notes the end of a barrier, or of the attempt at one.</summary>
    /// <returns>How long it took.</returns>
    internal TimeSpan End()
    {
        _ended = time.GetTimestamp();
        return _took = time.GetElapsedTime(_started, _ended.Value);
    }
}
