using System.Globalization;
using System.Runtime.CompilerServices;

namespace StreamLearn.Learners.Optimizers;

/// <summary>Refuses settings that no optimiser can work with, before it is made.</summary>
internal static class OptionRange
{
    internal const double LargestStep = 1e30;

    private const double LargestLength = 1e18;

    /// <summary>A finite number above 0.</summary>
    internal static void Positive(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Require(value > 0 && double.IsFinite(value), value, "a finite number above 0", name);

    /// <summary>A step size: above 0, and such that products with it are single-precision numbers more often than not.</summary>
    internal static void StepSize(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Require(value is > 0 and <= LargestStep, value, "a number above 0, at most 1e30", name);

    /// <summary>A length in units of parameters or gradients: above 0, and such that its square is a single-precision number.</summary>
    internal static void Length(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Require(value is > 0 and <= LargestLength, value, "a number above 0, at most 1e18", name);

    /// <summary>A number above 0 or positive infinity, which means without bound.</summary>
    internal static void PositiveOrInfinite(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Require(value > 0, value, "a number above 0, or infinity for no bound", name);

    /// <summary>A finite number of at least 0.</summary>
    internal static void NotNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Require(value >= 0 && double.IsFinite(value), value, "a finite number of at least 0", name);

    /// <summary>A rate of decay: in [0, 1).</summary>
    internal static void Decay(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Require(value is >= 0 and < 1, value, "a number in [0, 1)", name);

    /// <summary>A whole number of at least 1.</summary>
    internal static void AtLeastOne(int value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Require(value >= 1, value, "a whole number of at least 1", name);

    /// <summary>Any other condition, put into words by <paramref name="expected"/>.</summary>
    internal static void Require<TValue>(bool holds, TValue value, string expected, string name)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(
                name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; expected {expected}."));
        }
    }
}
