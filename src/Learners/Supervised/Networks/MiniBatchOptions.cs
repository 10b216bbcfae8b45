using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Safetensors;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Reweighting;
using StreamLearn.Learners.Supervised.Replay;

namespace StreamLearn.Learners.Supervised.Networks;

/// <summary>Settings of <c>mlp-classifier</c> and <c>mlp-regressor</c>.</summary>
internal sealed record MiniBatchOptions
{
    /// <summary>The losses of classes, as configuration names them.</summary>
    private static readonly string[] LabelLosses = ["cross-entropy", "comp-sum", "ldr-kl", "aldr-kl"];

    /// <summary>The losses of numbers.</summary>
    private static readonly string[] TargetLosses = ["squared", "huber", "pinball"];

    private static readonly string[] Replays = ["none", "reservoir", "class-balanced", "loss-prioritized"];

    /// <summary>Units of each hidden layer. Default 32.</summary>
    internal int Hidden { get; init; } = 32;

    /// <summary>Hidden layers. Default 1.</summary>
    internal int Layers { get; init; } = 1;

    /// <summary>Of the hidden layers. Default ReLU.</summary>
    internal Activation Activation { get; init; } = Activation.Relu;

    /// <summary>What is made small. Default cross-entropy of classes; of numbers Huber's with δ = 1 deviation.</summary>
    internal required Loss Loss { get; init; }

    /// <summary>Optimiser, by its name. Default <c>sgd</c>: on streams it keeps up with drift that the memory of others hides.</summary>
    internal string Optimizer { get; init; } = "sgd";

    /// <summary>Step size. Default 0.3 of classes, 0.1 of numbers.</summary>
    internal required double LearningRate { get; init; }

    /// <summary>Norm that longer gradients are scaled down to. Default 1.</summary>
    internal double MaxGradientNorm { get; init; } = 1;

    /// <summary>Labels that are learned together, in one step. Default 4: a small stream needs many steps; weights by losses, which compare the samples of a batch, need 64 or
    /// more.</summary>
    internal int Batch { get; init; } = 4;

    /// <summary>By which the weight of an example in means and deviations of features (and targets) shrinks with each later one. Default 1: all weigh
    /// alike.</summary>
    internal double Fading { get; init; } = 1;

    /// <summary>Which past examples are learned again. Default none.</summary>
    internal ReplayKind Replay { get; init; }

    /// <summary>The most past examples that are kept. Default 1000.</summary>
    internal int ReplayCapacity { get; init; } = 1000;

    /// <summary>Past examples that are added to each mini-batch. Default 4.</summary>
    internal int ReplayRows { get; init; } = 4;

    /// <summary>How the samples of a mini-batch are weighted.</summary>
    internal ReweightingOptions Reweighting { get; init; } = new();

    /// <summary>Where the network runs. Default <c>auto</c>.</summary>
    internal DeviceSetting Device { get; init; } = DeviceSetting.Auto;

    /// <summary>Weights to start from instead of drawn ones; null: none.</summary>
    internal SafetensorsFile? WarmStart { get; init; }

    /// <summary>Path of the settings, for messages.</summary>
    internal string Path { get; init; } = "learner";

    /// <summary>The most rows of a training step.</summary>
    internal int Rows => Batch + (Replay == ReplayKind.None ? 0 : ReplayRows);

    internal UpdateOptions Updates => TrainedNetworkOptions.UpdatesFor(Optimizer, LearningRate, MaxGradientNorm);

    internal static MiniBatchOptions From(OptionSet options, bool classification)
    {
        var defaults = Defaults(classification);
        return new MiniBatchOptions
        {
            Path = options.Path,
            Hidden = options.Whole("hidden", defaults.Hidden, 1, 4096),
            Layers = options.Whole("layers", defaults.Layers, 1, 16),
            Activation = Enum.Parse<Activation>(options.Choice("activation", "relu", "relu", "tanh", "silu"), ignoreCase: true),
            Loss = classification ? LabelLossOf(options) : TargetLossOf(options),
            Optimizer = options.Choice("optimizer", defaults.Optimizer, "sgd", "adam", "adamw", "adabelief", "lion"),
            LearningRate = options.Number("learning-rate", defaults.LearningRate, 1e-9, 10),
            MaxGradientNorm = options.Number("max-gradient-norm", defaults.MaxGradientNorm, 1e-9, 1e9),
            Batch = options.Whole("batch", defaults.Batch, 1, 4096),
            Fading = options.Number("fading", defaults.Fading, 0.5, 1),
            Replay = (ReplayKind)Replays.IndexOf(
                classification ? options.Choice("replay", "none", Replays) : options.Choice("replay", "none", "none", "reservoir", "loss-prioritized")),
            ReplayCapacity = options.Whole("replay-capacity", defaults.ReplayCapacity, 1, 1_000_000),
            ReplayRows = options.Whole("replay-rows", defaults.ReplayRows, 1, 4096),
            Reweighting = ReweightingOptions.From(options),
            Device = Enum.Parse<DeviceSetting>(options.Choice("device", "auto", "auto", "cpu", "torch", "cuda"), ignoreCase: true),
            WarmStart = options.Weights("warm-start"),
        };
    }

    /// <summary>The settings with their defaults, for a registration.</summary>
    internal static (string Name, object Default)[] Texts(bool classification)
    {
        var defaults = Defaults(classification);
        (string, object)[] losses = classification
            ? [("loss", "cross-entropy"), ("loss-temperature", 1), ("loss-tau", 1), ("loss-lambda", 1), ("loss-margin", 1), ("loss-alpha", 2)]
            : [("loss", "huber"), ("loss-delta", 1)];
        return
        [
            ("hidden", defaults.Hidden), ("layers", defaults.Layers), ("activation", "relu"), .. losses, ("optimizer", defaults.Optimizer),
            ("learning-rate", defaults.LearningRate), ("max-gradient-norm", defaults.MaxGradientNorm), ("batch", defaults.Batch), ("fading", defaults.Fading),
            ("replay", "none"), ("replay-capacity", defaults.ReplayCapacity), ("replay-rows", defaults.ReplayRows), .. ReweightingOptions.Texts(),
            ("device", "auto"), (LearnerRegistration.WarmStart, ""),
        ];
    }

    internal MlpArchitecture ArchitectureOf(int features, int outputs) => new(features, Enumerable.Repeat(Hidden, Layers), outputs, Activation);

    internal ReplayBuffer? CreateReplay(int features) => Replay switch
    {
        ReplayKind.Reservoir => new ReservoirReplay(ReplayCapacity, features),
        ReplayKind.ClassBalanced => new ClassBalancedReplay(ReplayCapacity, features),
        ReplayKind.LossPrioritized => new LossPrioritizedReplay(ReplayCapacity, features),
        _ => null,
    };

    private static MiniBatchOptions Defaults(bool classification) =>
        classification ? new() { Loss = new CrossEntropyLoss(), LearningRate = 0.3 } : new() { Loss = new HuberLoss(), LearningRate = 0.1 };

    private static LabelLoss LabelLossOf(OptionSet options)
    {
        var temperature = options.Number("loss-temperature", 1, 0.01, 100);
        var tau = options.Number("loss-tau", 1, 0, 2);
        var lambda = options.Number("loss-lambda", 1, 1e-3, 1e3);
        var margin = options.Number("loss-margin", 1, 0, 100);
        var alpha = options.Number("loss-alpha", 2, 1.001, 1e3);
        return options.Choice("loss", "cross-entropy", LabelLosses) switch
        {
            "comp-sum" => new CompSumLoss(tau),
            "ldr-kl" => new LabelDistributionallyRobustLoss(lambda, margin),
            "aldr-kl" => new AdaptiveLabelDistributionallyRobustLoss(lambda, alpha, margin),
            _ => new CrossEntropyLoss(temperature),
        };
    }

    private static Loss TargetLossOf(OptionSet options)
    {
        var delta = options.Number("loss-delta", 1, 1e-3, 1e3);
        return options.Choice("loss", "huber", TargetLosses) switch
        {
            "squared" => new SquaredLoss(),
            "pinball" => new PinballLoss(0.5),
            _ => new HuberLoss(delta),
        };
    }
}
