using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Bandits.OffPolicy;

/// <summary>How logged decisions are weighed and how sure an interval is.</summary>
public sealed record OffPolicyOptions
{
    /// <summary>Share of the intervals that are to hold the true value, between 0 and 1. Default 0.95.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Importance weights above it count as it, 1 or more. It trades variance for bias: what is clipped is missing in the
    /// mean. Default infinity, which means none is clipped.</summary>
    public double WeightCap { get; init; } = double.PositiveInfinity;

    /// <summary>Factor by which an example counts less with each later one, from 0.5 to 1: the estimates look back on about
    /// (1 + fading) / (1 - fading) examples. Default 1, which means that nothing fades.</summary>
    public double Fading { get; init; } = 1;

    /// <exception cref="OptionException">A setting cannot be used; the message names it below <paramref name="path"/>.</exception>
    internal void Validate(string path)
    {
        Require(Confidence is > 0 and < 1, "confidence", Confidence, "a number between 0 and 1");
        Require(WeightCap >= 1, "weight-cap", WeightCap, "a number of at least 1, or infinity for no cap");
        Require(Fading is >= 0.5 and <= 1, "fading", Fading, "a number from 0.5 to 1");

        void Require(bool holds, string name, double actual, string expected)
        {
            if (!holds)
            {
                throw new OptionException($"{path}.{name}", FormattableString.Invariant($"{actual}"), expected);
            }
        }
    }
}
