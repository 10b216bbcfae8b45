using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Reweighting;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised.Networks;

/// <summary><c>mlp-regressor</c>: a small network with one output, learned in mini-batches (<see cref="MiniBatchNetwork"/>). It starts with the mean of the targets so
/// far.</summary>
/// <remarks>y = mean + deviation · net(z): targets are standardized by what has been learned so far (<see cref="TargetNormalizer"/>), so that losses, and weights by
/// losses, mean the same for all keys.</remarks>
internal sealed class MlpRegressor : ISupervisedLearner, IWeighsSamples, IHasNetworks
{
    internal const string Kind = "mlp-regressor";

    private readonly MiniBatchNetwork _network;
    private readonly TargetNormalizer _targets;

    internal MlpRegressor(SupervisedTask task, MiniBatchOptions options, ulong seed, FleetWorkspaces workspaces)
    {
        _targets = new TargetNormalizer(options.Fading);
        _network = new MiniBatchNetwork(options, task.Features, 1, seed, workspaces);
    }

    /// <inheritdoc/>
    public int Outputs => 1;

    /// <inheritdoc/>
    SampleReweighter IWeighsSamples.Reweighter => _network.Reweighter;

    /// <summary>Where such a learner runs, and why.</summary>
    internal static DeviceChoice DeviceFor(SupervisedTask task, MiniBatchOptions options) =>
        TrainedNetworkOptions.DeviceFor(options.Device, options.ArchitectureOf(task.Features, 1), options.Rows, options.Path);

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<float> features, Span<double> outputs) =>
        outputs[0] = _targets.Restore(_network.Predict(features) is [var said] ? said : 0);

    /// <inheritdoc/>
    public LearnOutcome Learn(ReadOnlySpan<float> features, double target)
    {
        _targets.Observe(target);
        return _network.Learn(features, (float)_targets.Normalize(target));
    }

    /// <inheritdoc/>
    public void GrowClasses(int count, ReadOnlySpan<float> features) => throw new NotSupportedException("It predicts a number: there are no classes.");

    /// <inheritdoc/>
    public IEnumerable<NetworkWeights> Weights(string kind) => _network.Weights(kind);

    /// <inheritdoc/>
    public void KeepGood() => _network.KeepGood();

    /// <inheritdoc/>
    public void ReturnToGood() => _network.ReturnToGood();

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    /// <inheritdoc/>
    public void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Kind, 1, 1 + MiniBatchNetwork.Fields);
        _targets.Save(ref writer);
        _network.Save(ref writer);
    }

    /// <inheritdoc/>
    public void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, 1, 1 + MiniBatchNetwork.Fields);
        _targets.Load(ref reader);
        _network.Load(ref reader, 1, 1, isClassifier: false);
    }
}
