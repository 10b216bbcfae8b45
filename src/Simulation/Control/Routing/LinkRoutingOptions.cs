using StreamLearn.Simulation.Bandits;
using StreamLearn.Simulation.Networks;
using static StreamLearn.Simulation.Networks.OptionRange;

namespace StreamLearn.Simulation.Control.Routing;

/// <summary>What happens in <see cref="LinkRouting"/>. Everything that is drawn follows from the seed of the world.</summary>
public sealed record LinkRoutingOptions
{
    /// <summary>The network; <see cref="Topology.AbileneLike"/> if not given.</summary>
    public Topology? Topology { get; init; }

    /// <summary>
    /// The demands that are split, all different. If not given, the <see cref="DemandCount"/> largest by their mean over the first day that
    /// have enough paths.
    /// </summary>
    public IReadOnlyList<NodePair>? Pairs { get; init; }

    /// <summary>How many demands are split if <see cref="Pairs"/> are not given, 1 or more.</summary>
    public int DemandCount { get; init; } = 8;

    /// <summary>k, the shortest paths among which each is split, 2 or more.</summary>
    public int PathsPerDemand { get; init; } = 3;

    /// <summary>The temperature of the softmax: a path at 1 gets exp(2 / temperature) times as much as one at -1; 0.05 to 10.</summary>
    public double Temperature { get; init; } = 0.25;

    /// <summary>Bins of 5 minutes of an episode, 1 or more; 288 are a day.</summary>
    public int EpisodeBins { get; init; } = 288;

    /// <summary>
    /// What all nodes send each other; where it ends it begins again. If not given, <see cref="CyclicDemands"/> by gravity with
    /// <see cref="BusiestUtilisation"/>.
    /// </summary>
    public IDemandSource? Demands { get; init; }

    /// <summary>
    /// Gravity is scaled so that the most utilised link has this mean utilisation when everything is on shortest paths. Not looked at if
    /// <see cref="Demands"/> are given.
    /// </summary>
    public double BusiestUtilisation { get; init; } = 0.5;

    /// <summary>What fails, from bin 0 on, once. If not given, drawn, and repeated every <see cref="ScheduleBins"/>.</summary>
    public FailureSchedule? Failures { get; init; }

    /// <summary>How many outages are drawn if <see cref="Failures"/> are not given; 0 or more.</summary>
    public int Outages { get; init; } = 56;

    /// <summary>The bins of an outage that is drawn, 1 or more; 36 are three hours.</summary>
    public int OutageBins { get; init; } = 36;

    /// <summary>The bins that outages are drawn for, as many as outages or more; then they repeat. 8064 are four weeks.</summary>
    public int ScheduleBins { get; init; } = 8064;

    internal void CheckRanges()
    {
        if (Pairs is { } pairs)
        {
            Require(pairs.Count > 0, nameof(Pairs), "one pair or more", pairs.Count);
            Require(pairs.Distinct().Count() == pairs.Count, nameof(Pairs), "different pairs", pairs.Count);
        }

        Require(DemandCount >= 1, nameof(DemandCount), "1 or more", DemandCount);
        Require(PathsPerDemand >= 2, nameof(PathsPerDemand), "2 or more", PathsPerDemand);
        Require(Temperature is >= 0.05 and <= 10, nameof(Temperature), "from 0.05 to 10", Temperature);
        Require(EpisodeBins >= 1, nameof(EpisodeBins), "1 or more", EpisodeBins);
        Require(
            BusiestUtilisation is > 0 and < double.PositiveInfinity, nameof(BusiestUtilisation), "above 0", BusiestUtilisation);
        Require(Outages >= 0, nameof(Outages), "0 or more", Outages);
        Require(OutageBins >= 1, nameof(OutageBins), "1 or more", OutageBins);
        Require(ScheduleBins >= 1 && ScheduleBins >= Outages, nameof(ScheduleBins), $"1 or more, and {Outages}, the outages, or more", ScheduleBins);
    }
}
