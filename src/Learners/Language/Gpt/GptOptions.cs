using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Safetensors;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Reweighting;

namespace StreamLearn.Learners.Language.Gpt;

/// <summary>Settings of <c>gpt</c>.</summary>
internal sealed record GptOptions
{
    private const string DomainWeights = "domain-weights";
    private const int MostSteps = 1_000_000_000;

    /// <summary>Transformer layers. Default 2.</summary>
    internal int Layers { get; init; } = 2;

    /// <summary>Attention heads of each. Default 4.</summary>
    internal int Heads { get; init; } = 4;

    /// <summary>Numbers that a token becomes; a multiple of the heads. Default 96.</summary>
    internal int Width { get; init; } = 96;

    /// <summary>Records after which a mini-batch is learned, whatever there is. Default 32.</summary>
    internal int BatchRecords { get; init; } = 32;

    /// <summary>Sequences of a mini-batch. Default 8.</summary>
    internal int BatchRows { get; init; } = 8;

    /// <summary>With which probability sequences are of which domain. Default: as they come.</summary>
    internal required DomainMixture Mixture { get; init; }

    /// <summary>With a mixture: full sequences of a domain that wait at most. Default 64.</summary>
    internal int QueueRows { get; init; } = 64;

    /// <summary>Step size after the warm-up. Default 0.002.</summary>
    internal double LearningRate { get; init; } = 2e-3;

    /// <summary>Steps in which the step size grows linearly to that. Default 50.</summary>
    internal int WarmUp { get; init; } = 50;

    /// <summary>Steps from the end of the warm-up to the end of a cosine that takes the step size down to a tenth, where it stays; 0: it stays as it is.
    /// Default 0.</summary>
    internal int CosineSteps { get; init; }

    /// <summary>Decoupled weight decay, of all parameters. Default 0.01.</summary>
    internal double WeightDecay { get; init; } = 0.01;

    /// <summary>Decay of AdamW's mean of squared gradients. Default 0.99.</summary>
    internal double Beta2 { get; init; } = 0.99;

    /// <summary>Norm that longer gradients are scaled down to. Default 1.</summary>
    internal double MaxGradientNorm { get; init; } = 1;

    /// <summary>How the sequences of a mini-batch are weighted.</summary>
    internal ReweightingOptions Reweighting { get; init; } = new();

    /// <summary>Where it runs; it needs Torch, so <c>cpu</c> is Torch on the processor. Default <c>cpu</c>.</summary>
    internal DeviceSetting Device { get; init; } = DeviceSetting.Cpu;

    /// <summary>Weights to start from instead of drawn ones; null: none.</summary>
    internal SafetensorsFile? WarmStart { get; init; }

    /// <summary>Path of the settings, for messages.</summary>
    internal string Path { get; init; } = "learner";

    internal UpdateOptions Updates => new()
    {
        Optimizer = new AdamWOptions { LearningRate = LearningRate, Beta2 = Beta2, WeightDecay = WeightDecay },
        MaxGradientNorm = MaxGradientNorm,
    };

    /// <summary>The step size of a step, counted from 0.</summary>
    internal double LearningRateAt(long step)
    {
        if (step < WarmUp)
        {
            return LearningRate * (step + 1) / WarmUp;
        }

        const double Least = 0.1;
        var done = CosineSteps == 0 ? 0 : Math.Min(1, (double)(step - WarmUp) / CosineSteps);
        return LearningRate * (Least + ((1 - Least) * 0.5 * (1 + Math.Cos(Math.PI * done))));
    }

    internal static GptOptions From(OptionSet options)
    {
        var defaults = new GptOptions { Mixture = DomainMixture.From(OptionSet.Defaults, DomainWeights) };
        return new GptOptions
        {
            Path = options.Path,
            Layers = options.Whole("layers", defaults.Layers, 1, 64),
            Heads = options.Whole("heads", defaults.Heads, 1, 256),
            Width = options.Whole("width", defaults.Width, 1, 8192),
            BatchRecords = options.Whole("batch-records", defaults.BatchRecords, 1, 100_000),
            BatchRows = options.Whole("batch-rows", defaults.BatchRows, 1, 4096),
            Mixture = DomainMixture.From(options, DomainWeights),
            QueueRows = options.Whole("queue-rows", defaults.QueueRows, 1, 100_000),
            LearningRate = options.Number("learning-rate", defaults.LearningRate, 1e-9, 10),
            WarmUp = options.Whole("warm-up", defaults.WarmUp, 0, MostSteps),
            CosineSteps = options.Whole("cosine-steps", defaults.CosineSteps, 0, MostSteps),
            WeightDecay = options.Number("weight-decay", defaults.WeightDecay, 0, 10),
            Beta2 = options.Number("beta2", defaults.Beta2, 0.5, 0.999999),
            MaxGradientNorm = options.Number("max-gradient-norm", defaults.MaxGradientNorm, 1e-9, 1e9),
            Reweighting = ReweightingOptions.From(options),
            Device = Enum.Parse<DeviceSetting>(options.Choice(LearnerRegistration.DeviceOption, "cpu", "auto", "cpu", "torch", "cuda"), ignoreCase: true),
            WarmStart = options.Weights(LearnerRegistration.WarmStart),
        };
    }

    /// <summary>Reads the settings and sees whether they fit the task.</summary>
    /// <exception cref="OptionException">One cannot be used.</exception>
    internal static GptOptions From(LanguageTask task, OptionSet options)
    {
        var read = From(options);
        read.Mixture.Check(task, $"{options.Path}.{DomainWeights}");
        if (read.Mixture.IsGiven && read.QueueRows < read.BatchRows)
        {
            throw new OptionException($"{options.Path}.queue-rows", $"{read.QueueRows}", $"batch-rows, {read.BatchRows}, or more: one domain may have to fill a mini-batch");
        }

        if (read.Width % read.Heads != 0)
        {
            throw new OptionException($"{options.Path}.width", $"{read.Width}", $"a multiple of heads, {read.Heads}");
        }

        return read;
    }

    internal static (string Name, object Default)[] Texts()
    {
        var defaults = From(OptionSet.Defaults);
        return
        [
            ("layers", defaults.Layers), ("heads", defaults.Heads), ("width", defaults.Width), ("batch-records", defaults.BatchRecords),
            ("batch-rows", defaults.BatchRows), (DomainWeights, ""), ("queue-rows", defaults.QueueRows), ("learning-rate", defaults.LearningRate),
            ("warm-up", defaults.WarmUp), ("cosine-steps", defaults.CosineSteps), ("weight-decay", defaults.WeightDecay), ("beta2", defaults.Beta2),
            ("max-gradient-norm", defaults.MaxGradientNorm), .. ReweightingOptions.Texts(), (LearnerRegistration.DeviceOption, "cpu"),
            (LearnerRegistration.WarmStart, ""),
        ];
    }

    internal GptArchitecture Architecture(LanguageTask task) => new(task.Tokenizer.Vocabulary, task.Context, Layers, Heads, Width);

    /// <summary>Where it runs, and why.</summary>
    /// <exception cref="OptionException">A device is asked for that there is not.</exception>
    internal DeviceChoice DeviceFor(LanguageTask task)
    {
        var architecture = Architecture(task);
        var rows = BatchRows * task.Context;
        try
        {
            if (Device == DeviceSetting.Auto && DeviceChoice.For(Device, architecture, rows) is { Device: NetworkDevice.TorchCuda } gpu)
            {
                return gpu;
            }

            return DeviceChoice.For(Device == DeviceSetting.Cuda ? DeviceSetting.Cuda : DeviceSetting.Torch, architecture, rows);
        }
        catch (NotSupportedException exception)
        {
            throw new OptionException($"{Path}.device", Device.ToString().ToLowerInvariant(), $"what works here: it needs Torch. {exception.Message.TrimEnd('.')}");
        }
    }
}
