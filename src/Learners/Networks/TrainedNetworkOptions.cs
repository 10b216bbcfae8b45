using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Networks.Safetensors;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Networks;

/// <summary>How the network of a learner is made and trained.</summary>
/// <param name="Updates">Optimiser and bounds.</param>
/// <param name="WarmStart">Weights to start from; null: drawn ones.</param>
/// <param name="ZeroReadout">Blocks that start at zero where weights are drawn: the network then says 0 at the start.</param>
/// <param name="Device">Where it was asked to run.</param>
/// <param name="Path">Path of the learner's settings, for messages.</param>
internal sealed record TrainedNetworkOptions(
    UpdateOptions Updates, SafetensorsFile? WarmStart, IReadOnlyList<string> ZeroReadout, DeviceSetting Device, string Path)
{
    /// <summary>What it makes small. Default: Huber's, with δ = 1.</summary>
    internal Loss Loss { get; init; } = new HuberLoss();

    /// <summary>Where such a network runs, and why.</summary>
    /// <param name="setting">What is asked for.</param>
    /// <param name="architecture">The network.</param>
    /// <param name="rows">Rows of a usual training step.</param>
    /// <param name="path">Path of the learner's settings.</param>
    /// <exception cref="OptionException">A device is asked for that there is not.</exception>
    internal static DeviceChoice DeviceFor(DeviceSetting setting, NetworkArchitecture architecture, int rows, string path)
    {
        try
        {
            return DeviceChoice.For(setting, architecture, rows);
        }
        catch (NotSupportedException exception)
        {
            throw new OptionException(
                $"{path}.device", setting.ToString().ToLowerInvariant(), $"auto, cpu, or what works here. {exception.Message.TrimEnd('.')}");
        }
    }

    /// <summary>An optimiser by its name with that step size and its other defaults, <c>adam</c> where the name is none of the others.</summary>
    internal static UpdateOptions UpdatesFor(string optimizer, double learningRate, double maxGradientNorm) => new()
    {
        Optimizer = optimizer switch
        {
            "sgd" => new SgdOptions { LearningRate = learningRate },
            "adamw" => new AdamWOptions { LearningRate = learningRate },
            "adabelief" => new AdaBeliefOptions { LearningRate = learningRate },
            "lion" => new LionOptions { LearningRate = learningRate },
            _ => new AdamOptions { LearningRate = learningRate },
        },
        MaxGradientNorm = maxGradientNorm,
    };
}
