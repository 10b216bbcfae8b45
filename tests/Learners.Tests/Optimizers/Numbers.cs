using StreamLearn.Learners.Tests.Forecasting;

namespace StreamLearn.Learners.Tests.Optimizers;

/// <summary>Random vectors, and how near two of them are.</summary>
internal static class Numbers
{
    /// <summary>Normal numbers around 0.</summary>
    internal static float[] Vector(int seed, int count, double size = 1) => [.. new Noise(seed).Take(count).Select(n => (float)(size * n))];

    internal static void AssertNear(IEnumerable<double> expected, IEnumerable<float> actual, double tolerance, string what)
    {
        var at = 0;
        foreach (var (right, value) in expected.Zip(actual))
        {
            Assert.True(
                Math.Abs(value - right) <= tolerance * (1 + Math.Abs(right)), $"{what}, parameter {at}: {value:R}, expected {right:R}");
            at++;
        }
    }
}
