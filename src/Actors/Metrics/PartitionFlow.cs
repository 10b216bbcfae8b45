namespace StreamLearn.Actors.Metrics;

/// <summary>How far one partition has come that this node reads: of a pipeline's log, or of a topic that is copied into it. Thread-safe.</summary>
/// <param name="partition">Its number.</param>
/// <param name="next">Offset of the first record that is not done with.</param>
/// <param name="logEnd">Offset after the last record of the log, as the consumer has last heard; null: not yet.</param>
public sealed class PartitionFlow(int partition, long next, Func<long?> logEnd)
{
    private const long Never = long.MinValue;

    private long _next = next;
    private long _timestamp = Never;
    private long _caughtUp = Never;
    private int _inFlight;
    private int _undelivered;

    /// <summary>Its number.</summary>
    public int Partition => partition;

    /// <summary>Offset of the first record that is not done with: read, learned, its outputs delivered.</summary>
    public long Next => Interlocked.Read(ref _next);

    /// <summary>Records of the log that are not done with; null: the log's end is not known yet. Offsets that hold no record, as of transactions, count.</summary>
    public long? LagRecords => logEnd() is { } end ? Math.Max(0, end - Next) : null;

    /// <summary>Chunks that are sent and not answered.</summary>
    public int InFlight
    {
        get => Volatile.Read(ref _inFlight);
        internal set => Volatile.Write(ref _inFlight, value);
    }

    /// <summary>Batches that are answered, whose outputs are not delivered.</summary>
    public int Undelivered
    {
        get => Volatile.Read(ref _undelivered);
        internal set => Volatile.Write(ref _undelivered, value);
    }

    /// <summary>How long the first record that is not done with has waited at most, in seconds: since Kafka's timestamp of the one before it, or since this was
    /// asked last and nothing waited. 0: nothing waits. Null: nothing is known yet.</summary>
    /// <param name="now">As of when.</param>
    public double? LagSeconds(DateTimeOffset now)
    {
        var time = now.ToUnixTimeMilliseconds();
        if (LagRecords is not { } lag)
        {
            return null;
        }

        if (lag == 0)
        {
            Interlocked.Exchange(ref _caughtUp, time);
            return 0;
        }

        var since = Math.Max(Interlocked.Read(ref _timestamp), Interlocked.Read(ref _caughtUp));
        return since == Never ? null : Math.Max(0, (time - since) / 1000.0);
    }

    /// <summary>Notes that a batch is done with.</summary>
    /// <param name="next">Offset after its last record.</param>
    /// <param name="timestamp">Kafka's timestamp of that, ms since 1970.</param>
    internal void Done(long next, long timestamp)
    {
        Interlocked.Exchange(ref _next, next);
        Interlocked.Exchange(ref _timestamp, timestamp);
    }
}
