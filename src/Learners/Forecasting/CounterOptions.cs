using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Forecasting;

/// <summary>How the readings of a counter become rates.</summary>
/// <param name="Kind">How many bits it has.</param>
public sealed record CounterOptions(ValueKind Kind)
{
    /// <summary>The smallest factor: rates stay far from the ends of what a number can be.</summary>
    public const double MinScale = 1e-30;

    /// <summary>The largest.</summary>
    public const double MaxScale = 1e30;

    /// <summary>What a unit a second is multiplied by. Default 1; 8e-6 makes Mbit/s of octets.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>The largest rate that there can be, after <see cref="Scale"/>; 0: not known. It tells a wrap from a reset. Default
    /// 0.</summary>
    public double MaxRate { get; init; }

    /// <summary>The largest reading.</summary>
    public ulong Largest => Kind == ValueKind.Counter32 ? uint.MaxValue : ulong.MaxValue;

    internal void Validate(string path)
    {
        Require(Kind is ValueKind.Counter32 or ValueKind.Counter64, "value-kind", (int)Kind, "counter32 or counter64");
        Require(
            Scale is >= MinScale and <= MaxScale, "value-scale", Scale,
            FormattableString.Invariant($"a number from {MinScale} to {MaxScale}"));
        Require(MaxRate >= 0 && double.IsFinite(MaxRate), "max-rate", MaxRate, "a rate, or 0 where none is known");

        void Require(bool holds, string name, double actual, string expected)
        {
            if (!holds)
            {
                throw new OptionException($"{path}.{name}", FormattableString.Invariant($"{actual}"), expected);
            }
        }
    }
}
