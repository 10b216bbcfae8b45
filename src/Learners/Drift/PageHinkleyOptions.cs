using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Drift;

/// <summary>Settings of <c>page-hinkley</c>. Both magnitudes are in standard deviations of the values.</summary>
public sealed record PageHinkleyOptions
{
    /// <summary>Change of the mean that is tolerated, in standard deviations. Default 0.25.</summary>
    public double Delta { get; init; } = 0.25;

    /// <summary>λ: sum of the deviations beyond the tolerated, in standard deviations, at which the alarm is given. Default 25.</summary>
    public double Threshold { get; init; } = 25;

    /// <summary>Values that give mean and deviation before any is tested. Default 30.</summary>
    public int MinCount { get; init; } = 30;

    /// <summary>Which changes of the mean are an alarm. Default up.</summary>
    public DriftDirection Direction { get; init; } = DriftDirection.Up;

    internal static PageHinkleyOptions From(OptionSet options)
    {
        var defaults = new PageHinkleyOptions();
        return new PageHinkleyOptions
        {
            Delta = options.Number("delta", defaults.Delta, 0, 5),
            Threshold = options.Number("threshold", defaults.Threshold, 0.1, 1e9),
            MinCount = options.Whole("min-count", defaults.MinCount, 2, 1_000_000),
            Direction = options.Direction(defaults.Direction),
        };
    }
}
