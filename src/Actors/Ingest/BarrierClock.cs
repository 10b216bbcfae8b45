using StreamLearn.Actors.Pipelines;

namespace StreamLearn.Actors.Ingest;

/// <summary>When a barrier of a partition is due. The time decides only that, never what is learned.</summary>
/// <param name="options">What makes one due.</param>
/// <param name="turn">Share of the time between two that has gone by at the start, from 0 to 1: partitions take turns, so that the others
/// work while one stores.</param>
/// <param name="time">The clock.</param>
internal sealed class BarrierClock(BarrierOptions options, double turn, TimeProvider time)
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _ahead = options.Every * turn;
    private readonly long _made = time.GetTimestamp();
    private long? _ended;
    private long _started;
    private long _records;
    private TimeSpan _took;
    private bool _isWanted;
    private bool _hasFailed;

    /// <summary>Counts records that were read.</summary>
    internal void Read(int records) => _records += records;

    /// <summary>Somebody wants the next one early.</summary>
    internal void Want() => _isWanted = true;

    /// <summary>Whether one that an operator waits for may begin: at once, whatever the last one took, but not at once again after one that could not be made.</summary>
    internal bool MayBegin => !_hasFailed || time.GetElapsedTime(_ended!.Value) >= AfterFailure;

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
    /// <param name="made">Whether it was made.</param>
    /// <returns>How long it took.</returns>
    internal TimeSpan End(bool made = true)
    {
        _hasFailed = !made;
        _ended = time.GetTimestamp();
        return _took = time.GetElapsedTime(_started, _ended.Value);
    }
}
