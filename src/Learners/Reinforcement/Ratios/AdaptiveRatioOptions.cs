using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Reinforcement.Ratios;

/// <summary>Settings of the adaptive replay ratio. Defaults are those of the paper's code. Immutable.</summary>
public sealed record AdaptiveRatioOptions
{
    /// <summary>Replay ratio at the start, above 0. Default 0.5.</summary>
    public double Low { get; init; } = 0.5;

    /// <summary>Replay ratio after the switch, above <see cref="Low"/>. Default 2.</summary>
    public double High { get; init; } = 2;

    /// <summary>What two checks may differ by for the critic to count as recovered, above 0. Default 0.001.</summary>
    public double Threshold { get; init; } = 0.001;

    /// <summary>What <see cref="Interval"/> and <see cref="Average"/> count. Default episodes.</summary>
    public CheckUnit Unit { get; init; } = CheckUnit.Episodes;

    /// <summary>From one check to the next, at least 1. Default 50 episodes.</summary>
    public int Interval { get; init; } = 50;

    /// <summary>The last of these before a check are what it averages over, from 1 to <see cref="Interval"/>. Default 1: the last episode.</summary>
    public int Average { get; init; } = 1;

    /// <summary>Updates that an average takes at least; one of fewer is no check. Default 1.</summary>
    /// <remarks>With the threshold of the paper the standard error of a mean must be far below 0.001: small networks and batches need many.</remarks>
    public int MinUpdates { get; init; } = 1;

    /// <summary>Share of the first value below which there is no switch, in [0, 1]. Default 0: none, as in the paper, whose rule takes a network whose units have all died for recovered.</summary>
    public double MinFauFraction { get; init; }

    /// <summary>Whether there is no switch before the average has risen by <see cref="Threshold"/> from its lowest: at the bottom of the first dip it is flat too. Default no, as in the
    /// paper.</summary>
    public bool RequireRiseAfterDip { get; init; }

    /// <summary>Where messages say that it is set.</summary>
    public string Path { get; init; } = "replay-ratio";

    /// <exception cref="OptionException">A setting has a value that cannot be used.</exception>
    internal AdaptiveRatioOptions Checked()
    {
        Require(Low > 0 && double.IsFinite(Low), "low", Low, "a number above 0");
        Require(High > Low && double.IsFinite(High), "high", High, FormattableString.Invariant($"a number above low, {Low}"));
        Require(Threshold > 0 && double.IsFinite(Threshold), "threshold", Threshold, "a number above 0");
        Require(Interval >= 1, "interval", Interval, "at least 1");
        Require(Average >= 1 && Average <= Interval, "average", Average, FormattableString.Invariant($"from 1 to interval, {Interval}"));
        Require(MinUpdates >= 1, "min-updates", MinUpdates, "at least 1");
        Require(MinFauFraction is >= 0 and <= 1, "min-fau-fraction", MinFauFraction, "a number from 0 to 1");
        return this;

        void Require(bool holds, string name, double value, string expected)
        {
            if (!holds)
            {
                throw new OptionException($"{Path}.{name}", FormattableString.Invariant($"{value}"), expected);
            }
        }
    }
}
