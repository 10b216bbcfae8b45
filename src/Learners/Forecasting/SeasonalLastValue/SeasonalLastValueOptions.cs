using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Forecasting.SeasonalLastValue;

/// <summary>Settings of <c>seasonal-last-value</c>.</summary>
public sealed record SeasonalLastValueOptions
{
    /// <summary>Length of the season, in steps of the task. Default 288: a day of five-minute steps.</summary>
    public int Period { get; init; } = 288;

    internal static SeasonalLastValueOptions From(OptionSet options) =>
        new() { Period = options.Whole("period", new SeasonalLastValueOptions().Period, 1, 1_000_000) };
}
