namespace StreamLearn.Actors.Buckets;

/// <summary>The memory of a node's learners, in bytes of their states as they are stored: how much there is of it and how much is taken. Buckets let
/// learners of idle keys go when there is too little. Thread-safe.</summary>
/// <param name="limit">Bytes that all of them may have; 0: any number.</param>
public sealed class LearnerMemory(long limit)
{
    private long _used;
    private long _resident;
    private long _passive;
    private long _woken;

    /// <summary>Without a limit.</summary>
    public static LearnerMemory Unlimited => new(0);

    /// <summary>Bytes that all learners may have; 0: any number.</summary>
    public long Limit => limit;

    /// <summary>Bytes that they have.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Keys whose learners are in memory.</summary>
    public long ResidentKeys => Interlocked.Read(ref _resident);

    /// <summary>Keys whose learners are in the checkpoint store only.</summary>
    public long PassiveKeys => Interlocked.Read(ref _passive);

    /// <summary>How often learners came back from there.</summary>
    public long Woken => Interlocked.Read(ref _woken);

    /// <summary>Bytes above the limit.</summary>
    internal long Excess => limit == 0 ? 0 : Math.Max(0, Used - limit);

    /// <summary>Bytes below the limit.</summary>
    internal long Room => limit == 0 ? long.MaxValue : Math.Max(0, limit - Used);

    internal void Change(long bytes, int residentKeys, int passiveKeys)
    {
        Interlocked.Add(ref _used, bytes);
        Interlocked.Add(ref _resident, residentKeys);
        Interlocked.Add(ref _passive, passiveKeys);
    }

    internal void AddWoken(int keys) => Interlocked.Add(ref _woken, keys);
}
