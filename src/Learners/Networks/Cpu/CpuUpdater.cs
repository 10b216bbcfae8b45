using MessagePack;
using StreamLearn.Learners.Optimizers;

namespace StreamLearn.Learners.Networks.Cpu;

/// <summary>Applies the gradient of a network on the CPU to its parameters.</summary>
internal sealed unsafe class CpuUpdater(CpuNetwork network, UpdateOptions options) : INetworkUpdater
{
    private readonly ParameterUpdater _updater = new(options, network.Architecture.Layout, network.Parameters);

    public UpdateOptions Options => options;

    public double LearningRate
    {
        get => _updater.Optimizer.LearningRate;
        set => _updater.Optimizer.LearningRate = value;
    }

    public long Steps => _updater.Optimizer.Steps;

    /// <summary>What the optimiser gathers of each parameter, themselves: for those that renew parameters.</summary>
    internal float[][] Vectors => ((FlatOptimizer)_updater.Optimizer).Vectors;

    public StepOutcome Apply()
    {
        var gradient = network.OwnGradient;
        if (!gradient.IsFresh)
        {
            throw new InvalidOperationException(UpdaterMessages.NoGradient);
        }

        var outcome = gradient.Row is { } row && _updater.TakesRows
            ? _updater.Apply(network.Parameters, network.ParameterPointer, row, gradient.Support)
            : _updater.Apply(network.Parameters, gradient.Values, gradient.Support);

        // Refused or not: the next backward pass brings another.
        gradient.MarkApplied();
        network.ForgetPass();
        return outcome;
    }

    public void Reset() => _updater.Optimizer.Reset();

    public void Save(ref MessagePackWriter writer) => _updater.Save(ref writer);

    public void Load(ref MessagePackReader reader) => _updater.Load(ref reader);

    public void Dispose()
    {
    }
}
