namespace StreamLearn.Actors.Pipelines;

/// <summary>When an ingest has its buckets persist.</summary>
public sealed record BarrierOptions
{
    /// <summary>Time after one barrier at which there is the next, at the latest. Default 10 s.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Records of a partition after which there is one sooner; 0: none is. Default 10,000.</summary>
    public long EveryRecords { get; init; } = 10_000;

    /// <summary>One for <see cref="EveryRecords"/> starts no sooner than so many times the last one's duration after it: at 20 these cost a
    /// twentieth of the time at most.</summary>
    public int Patience { get; init; } = 20;
}
