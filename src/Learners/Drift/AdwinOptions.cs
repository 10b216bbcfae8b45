using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Drift;

/// <summary>Settings of <c>adwin</c>.</summary>
public sealed record AdwinOptions
{
    /// <summary>Confidence δ: bound on the chance that a check cuts a window of values that are all of one kind. Default 0.002.</summary>
    public double Delta { get; init; } = 0.002;

    /// <summary>Values from one check for a cut to the next. Default 32.</summary>
    public int Clock { get; init; } = 32;

    /// <summary>The shortest window that is checked, in values. Default 10.</summary>
    public int MinWindow { get; init; } = 10;

    /// <summary>The shortest part that a cut may leave on either side, in values. Default 5.</summary>
    public int MinSubWindow { get; init; } = 5;

    /// <summary>Which changes of the mean are an alarm; the window is cut at any. Default up.</summary>
    public DriftDirection Direction { get; init; } = DriftDirection.Up;

    internal static AdwinOptions From(OptionSet options)
    {
        var defaults = new AdwinOptions();
        return new AdwinOptions
        {
            Delta = options.Number("delta", defaults.Delta, 1e-12, 0.5),
            Clock = options.Whole("clock", defaults.Clock, 1, 1_000_000),
            MinWindow = options.Whole("min-window", defaults.MinWindow, 2, 1_000_000),
            MinSubWindow = options.Whole("min-sub-window", defaults.MinSubWindow, 1, 1_000_000),
            Direction = options.Direction(defaults.Direction),
        };
    }
}
