using StreamLearn.Learners.Bandits.Regression;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Bandits.Confidence;

/// <summary>Settings of <c>neural-ucb</c> and <c>neural-ts</c>.</summary>
internal sealed record NeuralConfidenceOptions
{
    /// <summary>Whether the decision is by votes of draws (neural-ts) or the smallest lower bound (neural-ucb).</summary>
    internal bool Votes { get; init; }

    /// <summary>ν: how wide the uncertainty is taken.</summary>
    internal double Nu { get; init; } = 0.1;

    /// <summary>λ: the diagonal at the start, and how strongly the parameters are held at their start.</summary>
    internal double Lambda { get; init; } = 0.001;

    /// <summary>M, the draws that vote.</summary>
    internal int Draws { get; init; } = 64;

    /// <summary>The network and its training.</summary>
    internal CostRegressionOptions Regression { get; init; } = new() { Replay = 10, ReplayCapacityName = "history" };

    internal static NeuralConfidenceOptions From(OptionSet options, NeuralConfidenceOptions defaults)
    {
        var network = defaults.Regression;
        var lambda = options.Number("lambda", defaults.Lambda, 1e-9, 1e3);
        return defaults with
        {
            Nu = options.Number("nu", defaults.Nu, 0, 1e6),
            Lambda = lambda,
            Draws = defaults.Votes ? options.Whole("draws", defaults.Draws, 1, 10_000) : defaults.Draws,
            Regression = network with
            {
                Path = options.Path,
                Hidden = options.Whole("hidden", network.Hidden, 1, 4096),
                WeightScale = options.Number("weight-scale", network.WeightScale, 0, 100),
                HeadScale = options.Number("head-scale", network.HeadScale, 0, 100),
                Optimizer = options.Choice("optimizer", network.Optimizer, BlockOptimizer.Kinds),
                LearningRate = options.Number("learning-rate", network.LearningRate, 1e-9, 10),
                Damping = options.Number("damping", network.Damping, 1e-8, 1e6),
                Normalization = InputOptions.Normalization(options, network.Normalization),
                Clip = options.Number("clip", network.Clip, 0.1, 1e6),
                Replay = options.Whole("retrain-steps", network.Replay, 0, 10_000),
                ReplayCapacity = options.Whole("history", network.ReplayCapacity, 1, 10_000_000),
                WeightDecay = lambda,
            },
        };
    }

    /// <summary>The settings with these values as defaults.</summary>
    internal (string Name, object Default)[] Texts() =>
    [
        ("nu", Nu), ("lambda", Lambda), .. Votes ? new (string, object)[] { ("draws", Draws) } : [],
        ("hidden", Regression.Hidden), ("weight-scale", Regression.WeightScale), ("head-scale", Regression.HeadScale),
        ("optimizer", Regression.Optimizer), ("learning-rate", Regression.LearningRate), ("damping", Regression.Damping),
        .. InputOptions.Texts(Regression.Normalization, Regression.Clip),
        ("retrain-steps", Regression.Replay), ("history", Regression.ReplayCapacity),
    ];
}
