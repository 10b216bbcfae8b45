using System.Globalization;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Drift;

/// <summary>Settings of <c>kswin</c>.</summary>
public sealed record KswinOptions
{
    /// <summary>Values in the window. Default 100.</summary>
    public int Window { get; init; } = 100;

    /// <summary>How many of the newest are tested against as many of the others. Default 30, or half the window where that is
    /// less.</summary>
    public int StatWindow { get; init; } = 30;

    /// <summary>Level of each test: chance that values of one kind give an alarm, once for each value. Default 0.005.</summary>
    public double Alpha { get; init; } = 0.005;

    internal static KswinOptions From(OptionSet options)
    {
        var defaults = new KswinOptions();
        var window = options.Whole("window", defaults.Window, 20, 100_000);
        var statWindow = options.Whole("stat-window", Math.Min(defaults.StatWindow, window / 2), 10, Math.Min(5_000, window / 2));
        var alpha = options.Number("alpha", defaults.Alpha, 1e-15, 0.5);
        var least = KolmogorovSmirnov.Probability(statWindow, statWindow);
        return alpha > least
            ? new KswinOptions { Window = window, StatWindow = statWindow, Alpha = alpha }
            : throw new OptionException(
                $"{options.Path}.alpha",
                string.Create(CultureInfo.InvariantCulture, $"'{alpha}'"),
                string.Create(CultureInfo.InvariantCulture, $"more than {least}: {statWindow} values cannot be surer"));
    }
}
