namespace StreamLearn.Learners.Tests.Forecasting;

/// <summary>Normal numbers with mean 0 and variance 1, the same for the same seed.</summary>
internal sealed class Noise(int seed)
{
    private readonly Random _random = new(seed);

    internal double Next() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    internal double[] Take(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];
}
