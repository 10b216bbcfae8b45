namespace StreamLearn.Simulation.Networks;

/// <summary>How <see cref="CyclicDemands"/> generates. Everything that is drawn follows from the seed.</summary>
public sealed record CyclicDemandsOptions
{
    /// <summary>Everything that is drawn follows from it.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The beginning of bin 0; <see cref="LinkLoads.AbileneStart"/>, a Monday, if not given.</summary>
    public DateTimeOffset Start { get; init; } = LinkLoads.AbileneStart;

    /// <summary>
    /// The sines: by default a day of amplitude 0.4 that is highest at 15:00, half a day of 0.15 (10:00 and 22:00), a week
    /// of 0.1 (Wednesday 12:00).
    /// </summary>
    public IReadOnlyList<DemandCycle> Cycles { get; init; } = [new(24, 0.4, 15), new(12, 0.15, 10), new(168, 0.1, 60)];

    /// <summary>An amplitude of a pair is that of the cycle times 1 ± this, uniform; 0 to 1.</summary>
    public double AmplitudeJitter { get; init; } = 0.3;

    /// <summary>A peak of a pair is that of the cycle ± this fraction of the period, uniform; 0 to 0.5. 1/24 of a day is an hour.</summary>
    public double PhaseJitter { get; init; } = 1.0 / 24;

    /// <summary>Least standard deviation of the noise e of a pair, as a fraction of its demand; each pair draws its own, uniform.</summary>
    public double LeastNoise { get; init; } = 0.02;

    /// <summary>Largest standard deviation of the noise of a pair, as a fraction of its demand.</summary>
    public double MostNoise { get; init; } = 0.05;

    /// <summary>Correlation of the noise from bin to bin, from 0 to below 1.</summary>
    public double NoiseMemory { get; init; } = 0.8;

    /// <summary>
    /// Size and local time by node. If not given, those of the built-in network that has these nodes; for another network log-normal
    /// masses and time zones over four hours, drawn from the seed.
    /// </summary>
    public IReadOnlyList<TrafficSite>? Sites { get; init; }

    /// <summary>The mean demands b, Mbit/s, N x N, a row per source; not given: gravity, size x size / distance, scaled.</summary>
    public IReadOnlyList<double>? BaseMegabits { get; init; }

    /// <summary>Gravity is scaled to this sum of the mean demands, Mbit/s; not given: to <see cref="BusiestUtilisation"/>.</summary>
    public double? TotalMegabits { get; init; }

    /// <summary>
    /// Gravity is scaled so that the mean load of the link with the highest utilisation is this fraction of its capacity. The day's peak
    /// is about 1.5 times the mean.
    /// </summary>
    public double BusiestUtilisation { get; init; } = 0.4;
}
