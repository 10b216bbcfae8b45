using System.Globalization;

namespace StreamLearn.Cli.Experiments;

/// <summary>A number measured with several seeds.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The population standard deviation.</param>
internal readonly record struct Spread(double Mean, double Deviation)
{
    /// <summary>That of some values; NaN of none.</summary>
    internal static Spread Of(IReadOnlyList<double> values)
    {
        var mean = values.Count == 0 ? double.NaN : values.Average();
        return new Spread(mean, Math.Sqrt(values.Count == 0 ? double.NaN : values.Average(value => (value - mean) * (value - mean))));
    }

    /// <summary>As tables have it.</summary>
    /// <param name="format">Of both numbers.</param>
    internal string Text(string format) => double.IsFinite(Mean)
        ? string.Create(CultureInfo.InvariantCulture, $"{Mean.ToString(format, CultureInfo.InvariantCulture)} ± {Deviation.ToString(format, CultureInfo.InvariantCulture)}")
        : "diverged";
}
