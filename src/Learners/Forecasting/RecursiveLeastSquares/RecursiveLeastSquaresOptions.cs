using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Forecasting.RecursiveLeastSquares;

/// <summary>Settings of <c>recursive-least-squares</c>.</summary>
public sealed record RecursiveLeastSquaresOptions
{
    /// <summary>How many past values, the current one included, a forecast looks at. Default 12.</summary>
    public int Lags { get; init; } = 12;

    /// <summary>Forgetting factor: the weight of an example shrinks by it with each later one. Default 0.999, a memory of about 1000 steps.</summary>
    public double Forgetting { get; init; } = 0.999;

    /// <summary>Diagonal of the covariance P at the start, for values scaled to at most 1: large learns fast and wildly. Default 10.</summary>
    public double InitialCovariance { get; init; } = 10;

    /// <summary>
    /// Mean diagonal of P above which nothing is forgotten, so that a series that stands still does not wind P up. Default 10000.
    /// </summary>
    public double MaxCovariance { get; init; } = 10_000;

    internal static RecursiveLeastSquaresOptions From(OptionSet options)
    {
        var defaults = new RecursiveLeastSquaresOptions();
        return new RecursiveLeastSquaresOptions
        {
            Lags = options.Whole("lags", defaults.Lags, 1, 512),
            Forgetting = options.Number("forgetting", defaults.Forgetting, 0.5, 1),
            InitialCovariance = options.Number("initial-covariance", defaults.InitialCovariance, 1e-9, 1e9),
            MaxCovariance = options.Number("max-covariance", defaults.MaxCovariance, 1e-9, 1e12),
        };
    }
}
