using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Drift;

/// <summary>
/// Streams with known drifts: noise of variance 1 that changes once, in the middle, or never. With one seed the noise of all is the same,
/// so that scenarios compare.
/// </summary>
public static class DriftStreams
{
    /// <summary>Values before the change, and after it.</summary>
    public const int Half = 2500;

    /// <summary>Values of a stream without change.</summary>
    public const int StationaryLength = 20_000;

    /// <summary>Values that a gradual change takes.</summary>
    public const int Ramp = 500;

    /// <summary>All of them, in the order of reports.</summary>
    public static IReadOnlyList<DriftScenario> All { get; } =
    [
        new("mean + 0.5 sd", seed => MeanShift(seed, 0.5)),
        new("mean + 1 sd", seed => MeanShift(seed, 1)),
        new("mean + 2 sd", seed => MeanShift(seed, 2)),
        new("mean + 4 sd", seed => MeanShift(seed, 4)),
        new("mean + 2 sd over 500 values", seed => GradualShift(seed, 2)),
        new("sd 1 → 2", seed => SpreadChange(seed, 2)),
        new("absolute errors, sd 1 → 2", seed => ErrorGrowth(seed, 2)),
        new("error rate 0.1 → 0.3", seed => ErrorRate(seed, 0.1, 0.3)),
        new("stationary, independent", Stationary),
        new("stationary, AR(1) 0.8", seed => Autoregressive(seed, 0.8)),
    ];

    /// <summary>Normal values whose mean grows at once.</summary>
    /// <param name="seed">Seed of the noise.</param>
    /// <param name="shift">By how much, in standard deviations.</param>
    public static DriftSeries MeanShift(ulong seed, double shift) => Changing(seed, (noise, at) => noise + (at < Half ? 0 : shift));

    /// <summary>Normal values whose mean grows over <see cref="Ramp"/> values; the drift is where that begins.</summary>
    /// <param name="seed">Seed of the noise.</param>
    /// <param name="shift">By how much in all, in standard deviations.</param>
    public static DriftSeries GradualShift(ulong seed, double shift) =>
        Changing(seed, (noise, at) => noise + (shift * Math.Clamp((at - Half + 1.0) / Ramp, 0, 1)));

    /// <summary>Normal values of mean 0 whose standard deviation becomes <paramref name="spread"/>.</summary>
    public static DriftSeries SpreadChange(ulong seed, double spread) => Changing(seed, (noise, at) => at < Half ? noise : spread * noise);

    /// <summary>Absolute values of <see cref="SpreadChange"/>: the errors of a forecast that gets worse.</summary>
    public static DriftSeries ErrorGrowth(ulong seed, double spread) =>
        Changing(seed, (noise, at) => Math.Abs(at < Half ? noise : spread * noise));

    /// <summary>Errors 0 and 1 of a classifier whose error rate changes.</summary>
    public static DriftSeries ErrorRate(ulong seed, double before, double after)
    {
        var random = new Xoshiro256(seed);
        return new DriftSeries(Make(2 * Half, at => random.NextDouble() < (at < Half ? before : after) ? 1 : 0), [Half]);
    }

    /// <summary>Normal values of mean 0 and variance 1.</summary>
    public static DriftSeries Stationary(ulong seed)
    {
        var random = new Xoshiro256(seed);
        return new DriftSeries(Make(StationaryLength, _ => random.NextGaussian()), []);
    }

    /// <summary>Normal values of mean 0 and variance 1, each correlated with the one before it, without any drift.</summary>
    /// <param name="seed">Seed of the noise.</param>
    /// <param name="correlation">That correlation.</param>
    public static DriftSeries Autoregressive(ulong seed, double correlation)
    {
        var random = new Xoshiro256(seed);
        var innovation = Math.Sqrt(1 - (correlation * correlation));
        var last = random.NextGaussian();
        return new DriftSeries(Make(StationaryLength, _ => last = (correlation * last) + (innovation * random.NextGaussian())), []);
    }

    private static DriftSeries Changing(ulong seed, Func<double, int, double> value)
    {
        var random = new Xoshiro256(seed);
        return new DriftSeries(Make(2 * Half, at => value(random.NextGaussian(), at)), [Half]);
    }

    private static double[] Make(int count, Func<int, double> value)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = value(i);
        }

        return values;
    }
}
