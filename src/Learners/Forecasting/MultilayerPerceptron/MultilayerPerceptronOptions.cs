using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Safetensors;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Forecasting.MultilayerPerceptron;

/// <summary>Settings of <c>multilayer-perceptron</c>.</summary>
public sealed record MultilayerPerceptronOptions
{
    /// <summary>How many past values, the current one included, a forecast looks at. Default 12.</summary>
    public int Lags { get; init; } = 12;

    /// <summary>Units of each hidden layer. Default 32.</summary>
    public int Hidden { get; init; } = 32;

    /// <summary>Hidden layers. Default 1.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Optimiser, by its name: <c>sgd</c>, <c>adam</c>, <c>adamw</c>, <c>adabelief</c> or <c>lion</c>. Default <c>adam</c>.</summary>
    public string Optimizer { get; init; } = "adam";

    /// <summary>Step size. Default 0.001.</summary>
    public double LearningRate { get; init; } = 0.001;

    /// <summary>Norm that longer gradients are scaled down to. Default 1.</summary>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>Forgetting factor of the means that values are scaled by. Default 0.999, a memory of about 1000 steps.</summary>
    public double Forgetting { get; init; } = 0.999;

    /// <summary>Where the network runs: <c>auto</c>, <c>cpu</c>, <c>torch</c> or <c>cuda</c>. Default <c>auto</c>.</summary>
    public DeviceSetting Device { get; init; } = DeviceSetting.Auto;

    /// <summary>Weights to start from instead of drawn ones; null: none.</summary>
    public SafetensorsFile? WarmStart { get; init; }

    /// <summary>Path of the settings, for messages.</summary>
    internal string Path { get; init; } = "learner";

    internal UpdateOptions Updates => TrainedNetworkOptions.UpdatesFor(Optimizer, LearningRate, MaxGradientNorm);

    internal static MultilayerPerceptronOptions From(OptionSet options)
    {
        var defaults = new MultilayerPerceptronOptions();
        return new MultilayerPerceptronOptions
        {
            Path = options.Path,
            Lags = options.Whole("lags", defaults.Lags, 1, 512),
            Hidden = options.Whole("hidden", defaults.Hidden, 1, 4096),
            Layers = options.Whole("layers", defaults.Layers, 1, 16),
            Optimizer = options.Choice("optimizer", defaults.Optimizer, "sgd", "adam", "adamw", "adabelief", "lion"),
            LearningRate = options.Number("learning-rate", defaults.LearningRate, 1e-9, 10),
            MaxGradientNorm = options.Number("max-gradient-norm", defaults.MaxGradientNorm, 1e-9, 1e9),
            Forgetting = options.Number("forgetting", defaults.Forgetting, 0.5, 0.999999),
            Device = Enum.Parse<DeviceSetting>(options.Choice("device", "auto", "auto", "cpu", "torch", "cuda"), ignoreCase: true),
            WarmStart = options.Weights("warm-start"),
        };
    }
}
