namespace StreamLearn.Learners.Losses;

/// <summary>
/// Exponentials and logarithms near where they cancel. Those of <see cref="double"/> with the same names add or subtract the 1 first, and
/// so lose all digits of a small argument.
/// </summary>
/// <remarks>
/// Source: W. Kahan's corrections, in N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, section 1.14.1: the
/// rounding error of exp(x), or of the sum 1 + x, is made a second time in the divisor, where it cancels.
/// </remarks>
internal static class Exponentials
{
    /// <summary>ln(1 + x) for x above -1, with the relative precision of a double.</summary>
    internal static double LogP1(double x)
    {
        var sum = 1 + x;
        return sum == 1 || double.IsPositiveInfinity(sum) ? x : Math.Log(sum) * (x / (sum - 1));
    }

    /// <summary>exp(x) - 1, with the relative precision of a double.</summary>
    internal static double ExpM1(double x)
    {
        var exponential = Math.Exp(x);
        if (exponential == 1)
        {
            return x;
        }

        var difference = exponential - 1;
        return difference == -1 || double.IsPositiveInfinity(exponential) ? difference : difference * (x / Math.Log(exponential));
    }
}
