using StreamLearn.Learners.Bandits.Exploration;
using StreamLearn.Learners.Bandits.Regression;
using StreamLearn.Learners.Normalization;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Bandits.Confidence;

/// <summary>Settings of <c>lin-ucb</c> and <c>regcb</c>.</summary>
internal sealed record RidgeOptions
{
    /// <summary>How it decides.</summary>
    internal ConfidenceRule Rule { get; init; }

    /// <summary>α: how many of its standard deviations an expected cost is taken as lower by.</summary>
    internal double Alpha { get; init; } = 0.1;

    /// <summary>How much worse a model may fit and still be plausible: Δ = mellowness ln(K n). Default 0.001; Vowpal Wabbit's is
    /// 0.1.</summary>
    internal double Mellowness { get; init; } = 0.001;

    /// <summary>ε: the share of the probability that all actions have alike.</summary>
    internal double Epsilon { get; init; } = UniformShare.Default;

    /// <summary>λ of the ridge.</summary>
    internal double Ridge { get; init; } = 1;

    /// <summary>What is done to features.</summary>
    internal NormalizationKind Normalization { get; init; } = NormalizationKind.Standardize;

    /// <summary>Where standardized features are cut off, in standard deviations.</summary>
    internal double Clip { get; init; } = 4;

    /// <summary>Path of the settings, for messages.</summary>
    internal string Path { get; init; } = "learner";

    internal static RidgeOptions From(OptionSet options, RidgeOptions defaults)
    {
        var read = defaults with
        {
            Path = options.Path,
            Epsilon = options.Number("epsilon", defaults.Epsilon, 0, 1),
            Ridge = options.Number("ridge", defaults.Ridge, 1e-6, 1e6),
            Normalization = InputOptions.Normalization(options, defaults.Normalization),
            Clip = options.Number("clip", defaults.Clip, 0.1, 1e6),
        };
        return defaults.Rule == ConfidenceRule.LinUcb
            ? read with { Alpha = options.Number("alpha", defaults.Alpha, 0, 1e6) }
            : read with
            {
                Mellowness = options.Number("mellowness", defaults.Mellowness, 0, 1e6),
                Rule = options.Choice("optimistic", CostRegressionOptions.OnOff(defaults.Rule == ConfidenceRule.RegCbOptimistic), "on", "off") == "on"
                    ? ConfidenceRule.RegCbOptimistic
                    : ConfidenceRule.RegCbElimination,
            };
    }

    /// <summary>The settings with these values as defaults.</summary>
    internal (string Name, object Default)[] Texts() =>
    [
        .. Rule == ConfidenceRule.LinUcb
            ? new (string, object)[] { ("alpha", Alpha) }
            : [("mellowness", Mellowness), ("optimistic", CostRegressionOptions.OnOff(Rule == ConfidenceRule.RegCbOptimistic))],
        ("epsilon", Epsilon), ("ridge", Ridge), .. InputOptions.Texts(Normalization, Clip),
    ];
}
