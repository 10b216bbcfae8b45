using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Supervised.Linear;

/// <summary>Settings of <c>logistic</c>.</summary>
internal sealed record LogisticOptions
{
    /// <summary>Step size of AdaGrad. Default 0.1.</summary>
    internal double LearningRate { get; init; } = 0.1;

    /// <summary>By which the weight of an example in the features' means and deviations shrinks with each later one. Default 1: all weigh alike.</summary>
    internal double Fading { get; init; } = 1;

    internal static LogisticOptions From(OptionSet options)
    {
        var defaults = new LogisticOptions();
        return new LogisticOptions
        {
            LearningRate = options.Number("learning-rate", defaults.LearningRate, 1e-9, 10),
            Fading = options.Number("fading", defaults.Fading, 0.5, 1),
        };
    }
}
