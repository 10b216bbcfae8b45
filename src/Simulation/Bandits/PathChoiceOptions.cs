using StreamLearn.Simulation.Networks;
using static StreamLearn.Simulation.Networks.OptionRange;

namespace StreamLearn.Simulation.Bandits;

/// <summary>What happens in <see cref="PathChoiceWorld"/>. Everything that is drawn follows from the seed of the world.</summary>
public sealed record PathChoiceOptions
{
    /// <summary>The network; <see cref="Topology.European"/> if not given.</summary>
    public Topology? Topology { get; init; }

    /// <summary>Where flows go from and to, all different. Each pair is equally frequent.</summary>
    public IReadOnlyList<NodePair> Pairs { get; init; } =
        [new("Amsterdam", "Rome"), new("London", "Vienna"), new("Madrid", "Berlin"), new("Paris", "Warsaw")];

    /// <summary>Paths among which a flow chooses, 2 or more.</summary>
    public int PathsPerPair { get; init; } = 5;

    /// <summary>
    /// The traffic of all others, over shortest paths; where it ends it begins again. If not given, <see cref="CyclicDemands"/> between
    /// all nodes by gravity and more between neighbours, each pair with its peak at an hour of its own.
    /// </summary>
    public IDemandSource? Demands { get; init; }

    /// <summary>Mean time between two flows, seconds; gaps are exponential.</summary>
    public double MeanGapSeconds { get; init; } = 60;

    /// <summary>Share of interactive flows, 0 to 1; the others are bulk transfers.</summary>
    public double InteractiveShare { get; init; } = 0.5;

    /// <summary>
    /// Bounds of the rate of a flow, Mbit/s: an interactive flow is between the first two, a bulk transfer between the last two. Between
    /// its bounds a rate is Pareto distributed with exponent 1: half of the flows are below about twice the lower bound, few near the
    /// upper.
    /// </summary>
    public (double Least, double LeastBulk, double Most) FlowMegabits { get; init; } = (1, 50, 2000);

    /// <summary>How long packets take.</summary>
    public LatencyOptions Latency { get; init; } = new();

    /// <summary>Age of measured utilisations, bins of 5 minutes, from 0 up.</summary>
    public int MeasurementDelay { get; init; } = 1;

    /// <summary>Standard deviation of the error of a measured utilisation, 0 to 1.</summary>
    public double MeasurementDeviation { get; init; } = 0.03;

    /// <summary>Cables that fail, one after the other: none while another is down.</summary>
    public IReadOnlyList<StepOutage> Outages { get; init; } = [new(6000, 2000), new(14_000, 2000)];

    internal void CheckRanges()
    {
        ArgumentNullException.ThrowIfNull(Pairs);
        ArgumentNullException.ThrowIfNull(Latency);
        ArgumentNullException.ThrowIfNull(Outages);
        Require(Pairs.Count > 0, nameof(Pairs), "one pair or more", Pairs.Count);
        Require(Pairs.Distinct().Count() == Pairs.Count, nameof(Pairs), "different pairs", Pairs.Count);
        Require(PathsPerPair >= 2, nameof(PathsPerPair), "2 or more", PathsPerPair);
        Require(MeanGapSeconds is >= 0.001 and <= 86_400, nameof(MeanGapSeconds), "from 0.001 to 86400, a day", MeanGapSeconds);
        Require(InteractiveShare is >= 0 and <= 1, nameof(InteractiveShare), "from 0 to 1", InteractiveShare);
        var (least, leastBulk, most) = FlowMegabits;
        Require(least > 0, nameof(FlowMegabits), "rates above 0", least);
        Require(leastBulk >= least, nameof(FlowMegabits), "ascending rates", leastBulk);
        Require(most > least && most >= leastBulk && double.IsFinite(most), nameof(FlowMegabits), "ascending rates", most);
        Require(MeasurementDelay is >= 0 and <= 2016, nameof(MeasurementDelay), "from 0 to 2016 bins, a week", MeasurementDelay);
        Require(MeasurementDeviation is >= 0 and <= 1, nameof(MeasurementDeviation), "from 0 to 1", MeasurementDeviation);
        Latency.CheckRanges();
    }
}
