using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Drift;

/// <summary>Settings of <c>ddm</c>.</summary>
public sealed record DdmOptions
{
    /// <summary>Values after the start and after each alarm that say what a large error is. Default 100.</summary>
    public int Reference { get; init; } = 100;

    /// <summary>Share of those that a value must exceed to count as an error. Default 0.8.</summary>
    public double Quantile { get; init; } = 0.8;

    /// <summary>Values whose errors are counted before any alarm. Default 30.</summary>
    public int MinCount { get; init; } = 30;

    /// <summary>Rise of the error rate that is a warning, in standard deviations at its minimum. Default 2.</summary>
    public double WarningLevel { get; init; } = 2;

    /// <summary>Rise of the error rate that is an alarm, in standard deviations at its minimum. Default 3.</summary>
    public double AlarmLevel { get; init; } = 3;

    internal static DdmOptions From(OptionSet options)
    {
        var defaults = new DdmOptions();
        return new DdmOptions
        {
            Reference = options.Whole("reference", defaults.Reference, 1, 100_000),
            Quantile = options.Number("quantile", defaults.Quantile, 0, 1),
            MinCount = options.Whole("min-count", defaults.MinCount, 1, 1_000_000),
            WarningLevel = options.Number("warning-level", defaults.WarningLevel, 0.1, 100),
            AlarmLevel = options.Number("alarm-level", defaults.AlarmLevel, 0.1, 100),
        };
    }
}
