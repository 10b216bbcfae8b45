using StreamLearn.Learners.Randomness;

namespace StreamLearn.Simulation.Bandits;

/// <summary>What is drawn for a flow, whatever path it takes.</summary>
/// <param name="GapSeconds">Time since the flow before.</param>
/// <param name="Pair">Place of its pair.</param>
/// <param name="IsInteractive">Whether it is interactive or a bulk transfer.</param>
/// <param name="Megabits">Its rate, Mbit/s.</param>
/// <param name="UnitWait">Its wait on any path as a multiple of the mean wait there.</param>
internal readonly record struct FlowDraw(double GapSeconds, int Pair, bool IsInteractive, double Megabits, double UnitWait)
{
    public static FlowDraw Next(PathChoiceOptions options, Xoshiro256 random)
    {
        var gap = options.MeanGapSeconds * random.NextExponential();
        var pair = (int)(options.Pairs.Count * random.NextDouble());
        var isInteractive = random.NextDouble() < options.InteractiveShare;
        var (least, leastBulk, most) = options.FlowMegabits;
        var megabits = isInteractive
            ? Pareto(least, leastBulk, random.NextDouble())
            : Pareto(leastBulk, most, random.NextDouble());
        return new FlowDraw(gap, pair, isInteractive, megabits, PathLatency.DrawUnitWait(random));
    }

    /// <summary>Quantile of the Pareto distribution with exponent 1, cut off to an interval.</summary>
    private static double Pareto(double least, double most, double share) => least / (1 - share * (1 - least / most));
}
