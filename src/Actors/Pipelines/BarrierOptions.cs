namespace StreamLearn.Actors.Pipelines;

/// <summary>When an ingest has its buckets persist.</summary>
public sealed record BarrierOptions
{
    /// <summary>Time from one barrier to the next. Default 10 s.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Records of a partition after which there is one sooner; 0: none is. Default 10,000.</summary>
    public long EveryRecords { get; init; } = 10_000;

    /// <summary>A barrier starts no sooner than so many times the last one's duration after it: 20 costs a twentieth of the time at
    /// most.</summary>
    public int Patience { get; init; } = 20;
}
