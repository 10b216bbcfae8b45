using static StreamLearn.Simulation.Networks.OptionRange;

namespace StreamLearn.Simulation.Networks;

/// <summary>How long a <see cref="LinkFailureStudy"/> looks, and at which links. A bin is 5 minutes.</summary>
public sealed record LinkFailureStudyOptions
{
    /// <summary>Bins of the common history, in which nothing fails; a day or more. Default: 14 days.</summary>
    public int BinsBefore { get; init; } = 14 * DemandProcess.BinsPerDay;

    /// <summary>Bins from a failure on, a day or more; fewer where the demands end before. Default: 7 days.</summary>
    public int BinsAfter { get; init; } = 7 * DemandProcess.BinsPerDay;

    /// <summary>Bins from a failure until its demands are re-routed, which are lost so long; from 0 to <see cref="BinsAfter"/>.</summary>
    public int RestorationDelay { get; init; }

    /// <summary>Whether a link carries no more than its capacity (<see cref="NetworkSimulation.Run"/>).</summary>
    public bool CapacityLimit { get; init; }

    /// <summary>
    /// A link whose mean load over the 24 hours before the failure is at or below this fraction of its capacity is left out, because shares
    /// of next to nothing say nothing. Default 0.001: 10 Mbit/s of 10 Gbit/s.
    /// </summary>
    public double MinimumUtilisation { get; init; } = 0.001;

    /// <summary>Whether a link with this mean load before the failure is one to look at.</summary>
    internal bool Observes(NetworkLink link, double meanMegabits) =>
        meanMegabits > MinimumUtilisation * link.CapacityKilobits / 1000;

    internal void CheckRanges()
    {
        const int Day = DemandProcess.BinsPerDay;
        Require(BinsBefore >= Day, nameof(BinsBefore), $"{Day}, a day, or more", BinsBefore);
        Require(BinsAfter >= Day, nameof(BinsAfter), $"{Day}, a day, or more", BinsAfter);
        Require(RestorationDelay >= 0 && RestorationDelay <= BinsAfter, nameof(RestorationDelay), "from 0 to BinsAfter", RestorationDelay);
        Require(MinimumUtilisation is >= 0 and < 1, nameof(MinimumUtilisation), "from 0 to below 1", MinimumUtilisation);
    }
}
