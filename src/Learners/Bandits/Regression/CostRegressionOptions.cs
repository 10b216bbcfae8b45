using StreamLearn.Learners.Normalization;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>Model, training and perturbation of a regression of costs.</summary>
internal sealed record CostRegressionOptions
{
    /// <summary>What it makes small.</summary>
    internal CostLoss Loss { get; init; }

    /// <summary>Units of the hidden layer; 0: a linear model. Default 64.</summary>
    internal int Hidden { get; init; } = 64;

    /// <summary>Optimiser: <c>sgd</c>, <c>adagrad</c>, <c>adam</c>, <c>unit-adagrad</c> or <c>factored-adagrad</c>.</summary>
    internal string Optimizer { get; init; } = "unit-adagrad";

    /// <summary>Step size η.</summary>
    internal double LearningRate { get; init; } = 0.1;

    /// <summary>ε of the adaptive optimisers, which holds back the first steps.</summary>
    internal double Damping { get; init; } = 0.03;

    /// <summary>What is done to features. Default: standardized.</summary>
    internal NormalizationKind Normalization { get; init; } = NormalizationKind.Standardize;

    /// <summary>Where standardized features are cut off, in standard deviations.</summary>
    internal double Clip { get; init; } = 4;

    /// <summary>Whether each action has a bias of its own: an input that is always 1.</summary>
    internal bool ActionBias { get; init; } = true;

    /// <summary>Initial weights are N(0, s²/inputs): s.</summary>
    internal double WeightScale { get; init; } = 0.4;

    /// <summary>Initial weights of the head are N(0, h²/units): h.</summary>
    internal double HeadScale { get; init; } = 0.7;

    /// <summary>How predictions are perturbed.</summary>
    internal PerturbationKind Perturbation { get; init; }

    /// <summary>S, the number of perturbations by signs.</summary>
    internal int Perturbations { get; init; } = 5;

    /// <summary>c, their scale.</summary>
    internal double PerturbationScale { get; init; } = 0.1;

    /// <summary>λ: how strongly parameters are held at their start, besides what perturbations do. No setting of its own.</summary>
    internal double WeightDecay { get; init; }

    /// <summary>With Kullback-Leibler loss and several perturbations: whether the prediction is the mean of the sigmoids, or the sigmoid of
    /// the mean.</summary>
    internal bool AveragesSigmoids { get; init; } = true;

    /// <summary>ρ, the distance from its start that each layer stays within; 0: no bound.</summary>
    internal double ProjectionRadius { get; init; }

    /// <summary>Past rounds that are learned again in each round.</summary>
    internal int Replay { get; init; } = 6;

    /// <summary>How many past rounds are remembered for that.</summary>
    internal int ReplayCapacity { get; init; } = 5000;

    /// <summary>What that setting is called.</summary>
    internal string ReplayCapacityName { get; init; } = "replay-capacity";

    /// <summary>Path of the settings, for messages.</summary>
    internal string Path { get; init; } = "learner";

    /// <summary>Whether there is no hidden layer, whatever <see cref="Hidden"/> says.</summary>
    internal bool IsLinear { get; init; }

    internal static CostRegressionOptions From(OptionSet options, CostRegressionOptions defaults)
    {
        var read = defaults with
        {
            Path = options.Path,
            Optimizer = options.Choice("optimizer", defaults.Optimizer, BlockOptimizer.Kinds),
            LearningRate = options.Number("learning-rate", defaults.LearningRate, 1e-9, 10),
            Damping = options.Number("damping", defaults.Damping, 1e-8, 1e6),
            Normalization = InputOptions.Normalization(options, defaults.Normalization),
            Clip = options.Number("clip", defaults.Clip, 0.1, 1e6),
            ActionBias = options.Choice("action-bias", OnOff(defaults.ActionBias), "on", "off") == "on",
            Replay = options.Whole("replay", defaults.Replay, 0, 1000),
            ReplayCapacity = options.Whole("replay-capacity", defaults.ReplayCapacity, 1, 10_000_000),
        };
        if (defaults.IsLinear)
        {
            return read;
        }

        return read with
        {
            Hidden = options.Whole("hidden", defaults.Hidden, 1, 4096),
            WeightScale = options.Number("weight-scale", defaults.WeightScale, 0, 100),
            HeadScale = options.Number("head-scale", defaults.HeadScale, 0, 100),
            Perturbation = options.Choice("perturbation", NameOf(defaults.Perturbation), "none", "rademacher", "expected") switch
            {
                "none" => PerturbationKind.None,
                "rademacher" => PerturbationKind.Rademacher,
                _ => PerturbationKind.Expected,
            },
            Perturbations = options.Whole("perturbations", defaults.Perturbations, 1, 64),
            PerturbationScale = options.Number("perturbation-scale", defaults.PerturbationScale, 0, 100),
            AveragesSigmoids = defaults.Loss != CostLoss.KullbackLeibler
                || options.Choice("ensemble", "mean-of-sigmoids", "mean-of-sigmoids", "sigmoid-of-mean") == "mean-of-sigmoids",
            ProjectionRadius = options.Number("projection-radius", defaults.ProjectionRadius, 0, 1e9),
        };
    }

    /// <summary>The settings with these values as defaults.</summary>
    internal (string Name, object Default)[] Texts()
    {
        (string, object)[] training =
        [
            ("optimizer", Optimizer), ("learning-rate", LearningRate), ("damping", Damping),
            .. InputOptions.Texts(Normalization, Clip), ("action-bias", OnOff(ActionBias)), ("replay", Replay), ("replay-capacity", ReplayCapacity),
        ];
        return IsLinear
            ? training
            :
            [
                ("hidden", Hidden), ("weight-scale", WeightScale), ("head-scale", HeadScale), .. training,
                ("perturbation", NameOf(Perturbation)), ("perturbations", Perturbations), ("perturbation-scale", PerturbationScale),
                .. Loss == CostLoss.KullbackLeibler ? new (string, object)[] { ("ensemble", "mean-of-sigmoids") } : [],
                ("projection-radius", ProjectionRadius),
            ];
    }

    internal static string OnOff(bool on) => on ? "on" : "off";

    private static string NameOf(PerturbationKind kind) => kind switch
    {
        PerturbationKind.None => "none",
        PerturbationKind.Rademacher => "rademacher",
        _ => "expected",
    };
}
