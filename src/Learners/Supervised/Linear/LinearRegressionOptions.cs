using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Supervised.Linear;

/// <summary>Settings of <c>linear-regression</c>.</summary>
internal sealed record LinearRegressionOptions
{
    /// <summary>Forgetting factor: by which the weight of an example shrinks with each later one. Default 0.999.</summary>
    internal double Forgetting { get; init; } = 0.999;

    /// <summary>δ of the prior P = δI, in squared standardized units. Default 100.</summary>
    internal double InitialCovariance { get; init; } = 100;

    /// <summary>While the mean of P's diagonal is above it, nothing is forgotten. Default 1000.</summary>
    internal double MaxCovariance { get; init; } = 1000;

    /// <summary>Path of the settings, for messages.</summary>
    internal string Path { get; init; } = "learner";

    internal static LinearRegressionOptions From(OptionSet options)
    {
        var defaults = new LinearRegressionOptions();
        return new LinearRegressionOptions
        {
            Path = options.Path,
            Forgetting = options.Number("forgetting", defaults.Forgetting, 0.5, 1),
            InitialCovariance = options.Number("initial-covariance", defaults.InitialCovariance, 1e-6, 1e6),
            MaxCovariance = options.Number("max-covariance", defaults.MaxCovariance, 1e-3, 1e9),
        };
    }
}
