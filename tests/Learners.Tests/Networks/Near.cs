using System.Globalization;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>Comparison as the design has it: the largest difference against the larger of 1 and the largest value.</summary>
internal static class Near
{
    internal const double Backends = 1e-5;

    internal static void Assert(string what, IEnumerable<double> expected, ReadOnlySpan<float> actual, double tolerance = Backends)
    {
        double[] wanted = [.. expected];
        Xunit.Assert.Equal(wanted.Length, actual.Length);
        var scale = Math.Max(1, wanted.Select(Math.Abs).DefaultIfEmpty(0).Max());
        for (var i = 0; i < wanted.Length; i++)
        {
            if (!(Math.Abs(wanted[i] - actual[i]) <= tolerance * scale))
            {
                Xunit.Assert.Fail(string.Create(
                    CultureInfo.InvariantCulture, $"{what}: number {i} is {actual[i]}, expected {wanted[i]} within {tolerance * scale}"));
            }
        }
    }

    internal static void Assert(string what, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance = Backends) =>
        Assert(what, expected.ToArray().Select(value => (double)value), actual, tolerance);
}
