using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Forecasting.Incremental;

/// <summary>Settings of <c>incremental</c>.</summary>
public sealed record IncrementalOptions
{
    private const int MostRows = 1_000_000;

    /// <summary>How many past values, the current one included, a forecast looks at. Default 12.</summary>
    public int Lags { get; init; } = 12;

    /// <summary>Units of each hidden layer. Default 100.</summary>
    public int Hidden { get; init; } = 100;

    /// <summary>Hidden layers. Default 1.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>R: records after which it is fitted again. Default 72.</summary>
    public int RefitEvery { get; init; } = 72;

    /// <summary>K: a re-fit looks at the last K · R steps. Default 4.</summary>
    public int Memory { get; init; } = 4;

    /// <summary>How often a re-fit goes through them. Default 10.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Rows of a mini-batch. Default 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Records after which neither network nor scaling is fitted again; 0, the default: there are none.</summary>
    public long StopAfter { get; init; }

    /// <summary>Whether each window is scaled by its own last value and spread; default: all by head-room times the largest value.</summary>
    public bool ByWindow { get; init; }

    /// <summary>Largest absolute value of the warm-up times this is the level 1. Default 2.5.</summary>
    public double HeadRoom { get; init; } = 2.5;

    /// <summary>Records that the largest value is taken from; later ones move it only when they are beyond the head-room. Default 2016.</summary>
    public long WarmUp { get; init; } = 2016;

    /// <summary>Step size of Adam. Default 0.001.</summary>
    public double LearningRate { get; init; } = 0.001;

    /// <summary>Norm that longer gradients are scaled down to. Default 1.</summary>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>Path of the settings, for messages.</summary>
    internal string Path { get; init; } = "learner";

    /// <summary>Steps that a re-fit looks at.</summary>
    internal int FitSteps => RefitEvery * Memory;

    internal UpdateOptions Updates => new() { Optimizer = new AdamOptions { LearningRate = LearningRate }, MaxGradientNorm = MaxGradientNorm };

    internal static IncrementalOptions From(OptionSet options)
    {
        var defaults = new IncrementalOptions();
        var read = new IncrementalOptions
        {
            Path = options.Path,
            Lags = options.Whole("lags", defaults.Lags, 1, 512),
            Hidden = options.Whole("hidden", defaults.Hidden, 1, 4096),
            Layers = options.Whole("layers", defaults.Layers, 1, 16),
            RefitEvery = options.Whole("refit-every", defaults.RefitEvery, 1, MostRows),
            Memory = options.Whole("memory", defaults.Memory, 1, MostRows),
            Epochs = options.Whole("epochs", defaults.Epochs, 1, 10_000),
            BatchSize = options.Whole("batch-size", defaults.BatchSize, 1, 4096),
            StopAfter = options.Whole("stop-after", (int)defaults.StopAfter, 0, int.MaxValue),
            ByWindow = options.Choice("normalization", "scaler", "scaler", "window") == "window",
            HeadRoom = options.Number("head-room", defaults.HeadRoom, 1, 100),
            WarmUp = options.Whole("warm-up", (int)defaults.WarmUp, 0, int.MaxValue),
            LearningRate = options.Number("learning-rate", defaults.LearningRate, 1e-9, 10),
            MaxGradientNorm = options.Number("max-gradient-norm", defaults.MaxGradientNorm, 1e-9, 1e9),
        };
        return (long)read.RefitEvery * read.Memory <= MostRows
            ? read
            : throw new OptionException(
                $"{options.Path}.memory", $"{read.Memory}", $"{MostRows} steps or fewer in memory times refit-every, which is {read.RefitEvery}");
    }
}
