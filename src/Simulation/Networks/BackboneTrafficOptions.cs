namespace StreamLearn.Simulation.Networks;

/// <summary>How <see cref="BackboneTraffic"/> simulates. The defaults give link loads from tens to thousands of Mbit/s.</summary>
public sealed record BackboneTrafficOptions
{
    /// <summary>Everything that is drawn follows from it.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The network, <see cref="Topology.AbileneLike"/> if not given.</summary>
    public Topology? Topology { get; init; }

    /// <summary>
    /// Size and local time by node. If not given, those of the built-in network that has these nodes; for another network log-normal
    /// masses and time zones over four hours, drawn from the seed.
    /// </summary>
    public IReadOnlyList<TrafficSite>? Sites { get; init; }

    /// <summary>Bins of 5 minutes; 2016 are a week.</summary>
    public int Bins { get; init; } = 2016;

    /// <summary>The beginning of bin 0; <see cref="LinkLoads.AbileneStart"/>, a Monday, if not given.</summary>
    public DateTimeOffset Start { get; init; } = LinkLoads.AbileneStart;

    /// <summary>Sum of all demands on a mean working day, Mbit/s.</summary>
    public double TotalMegabits { get; init; } = 10_000;

    /// <summary>Half the difference between the day's peak (15:00 local time) and the night, as a fraction of the mean; 0 to 1.</summary>
    public double DailyAmplitude { get; init; } = 0.4;

    /// <summary>The fraction by which a weekend's traffic is below a working day's, 0 to 1.</summary>
    public double WeekendDip { get; init; } = 0.3;

    /// <summary>Standard deviation of the logarithm of a demand about its cycle.</summary>
    public double NoiseDeviation { get; init; } = 0.1;

    /// <summary>
    /// Correlation of that noise from bin to bin, from 0 to below 1. The nearer to 1, the less can any forecast of the next bin
    /// improve on the last value.
    /// </summary>
    public double NoiseMemory { get; init; } = 0.4;

    /// <summary>Bursts per demand and day, on average: 0.02 are two or three a day in a network of 12 nodes.</summary>
    public double BurstsPerDay { get; init; } = 0.02;

    /// <summary>Mean height of a burst as a multiple of the demand under it; heights are exponential and fade in about an hour.</summary>
    public double BurstHeight { get; init; } = 1.5;

    /// <summary>Cables that fail: by default one, the most loaded, half-way and to the end.</summary>
    public IReadOnlyList<LinkFailure> Failures { get; init; } = [new LinkFailure()];

    /// <summary>Mbit/s; a link whose mean over the first week is at or below it is left out.</summary>
    public double MinimumMeanLoad { get; init; } = LinkLoads.DefaultMinimumMeanLoad;
}
