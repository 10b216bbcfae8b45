using MessagePack;
using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Optimizers.Torch;
using TorchSharp;

namespace StreamLearn.Learners.Networks.Torch;

/// <summary>Applies the gradient of a network on Torch to its parameters.</summary>
internal sealed class TorchUpdater : INetworkUpdater
{
    private readonly TorchNetwork _network;
    private readonly TorchParameterUpdater _updater;
    private torch.Tensor? _curvature;

    internal TorchUpdater(TorchNetwork network, UpdateOptions options)
    {
        _network = network;
        Options = options;
        var initial = new float[network.Architecture.Layout.Count];
        network.CopyParameters(initial);
        _updater = new TorchParameterUpdater(options, network.Architecture.Layout, initial, network.TorchDevice);
    }

    public UpdateOptions Options { get; }

    public double LearningRate
    {
        get => _updater.Optimizer.LearningRate;
        set => _updater.Optimizer.LearningRate = value;
    }

    public long Steps => _updater.Optimizer.Steps;

    /// <summary>Whether the next step is to be prepared by <see cref="BackwardTwice"/>.</summary>
    internal bool NeedsCurvature => _updater.Optimizer is TorchAdaHessian { NeedsCurvature: true };

    public StepOutcome Apply()
    {
        if (!_network.HasGradient)
        {
            throw new InvalidOperationException(UpdaterMessages.NoGradient);
        }

        if (NeedsCurvature && _curvature is null)
        {
            throw new InvalidOperationException(
                $"{Options.Optimizer.Kind} needs the curvature of the loss for this step; expected one that a NetworkTrainer takes.");
        }

        var outcome = _updater.Apply(_network.Flat, _network.Gradient, _curvature);
        _network.MarkApplied();
        if (_curvature is not null && !outcome.Applied)
        {
            // The generator is part of the state, which a refused step leaves as it was.
            ((TorchAdaHessian)_updater.Optimizer).TakeProbeBack();
        }

        _curvature?.Dispose();
        _curvature = null;
        return outcome;
    }

    public void Reset() => _updater.Reset();

    public void Save(ref MessagePackWriter writer) => _updater.Save(ref writer);

    public void Load(ref MessagePackReader reader) => _updater.Load(ref reader);

    public void Dispose()
    {
        _curvature?.Dispose();
        _updater.Dispose();
    }

    /// <summary>Instead of a backward pass: the gradient of Σ weights · loss, and how it bends along a probe.</summary>
    internal void BackwardTwice(Loss loss, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights)
    {
        _curvature?.Dispose();
        _curvature = null;
        _curvature = _network.BackwardTwice(loss, targets, weights, (TorchAdaHessian)_updater.Optimizer);
    }
}
