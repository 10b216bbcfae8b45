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

    public StepOutcome Apply()
    {
        var gradient = network.OwnGradient;
        if (gradient.Row is not { } row || !_updater.TakesRows)
        {
            return _updater.Apply(network.Parameters, gradient.Values, gradient.Support);
        }

        // Refused or not: the next backward pass brings another.
        var outcome = _updater.Apply(network.Parameters, network.ParameterPointer, row, gradient.Support);
        gradient.MarkApplied();
        return outcome;
    }

    public void Reset() => _updater.Optimizer.Reset();

    public void Save(ref MessagePackWriter writer) => _updater.Save(ref writer);

    public void Load(ref MessagePackReader reader) => _updater.Load(ref reader);

    public void Dispose()
    {
    }
}
