using System.Runtime.CompilerServices;

namespace StreamLearn.Learners.Losses;

/// <summary>What values the parameters of a loss can have. NaN is none of them.</summary>
internal static class LossParameter
{
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite, or not above 0.</exception>
    internal static double Positive(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "Expected a finite number above 0.");

    /// <exception cref="ArgumentOutOfRangeException">The value is not finite, or below 0.</exception>
    internal static double NotNegative(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "Expected a finite number of at least 0.");
}
