using StreamLearn.Actors.Pipelines;

namespace StreamLearn.Actors.Ingest;

/// <summary>When a barrier is due. The time decides only that, never what is learned.</summary>
internal sealed class BarrierClock(BarrierOptions options, TimeProvider time)
{
    private long _ended = time.GetTimestamp();
    private long _started;
    private long _records;
    private TimeSpan _took;

    /// <summary>Counts records that were read.</summary>
    internal void Read(int records) => _records += records;

    /// <summary>Whether a barrier is due, if there is anything to store.</summary>
    internal bool IsDue()
    {
        var since = time.GetElapsedTime(_ended);
        return since >= _took * options.Patience
            && (since >= options.Every || (options.EveryRecords > 0 && _records >= options.EveryRecords));
    }

    internal void Start()
    {
        _started = time.GetTimestamp();
        _records = 0;
    }

    /// <summary>Notes the end of a barrier, or of the attempt at one.</summary>
    /// <returns>How long it took.</returns>
    internal TimeSpan End()
    {
        _ended = time.GetTimestamp();
        return _took = time.GetElapsedTime(_started, _ended);
    }
}
