using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised.Networks;

/// <summary><c>mlp-regressor</c>: a small network with one output, learned in mini-batches (<see cref="MiniBatchNetwork"/>). It starts with the mean of the targets so
/// far.</summary>
/// <remarks>y = mean + deviation · net(z): targets are standardized by what has been learned so far (<see cref="TargetNormalizer"/>), so that losses, and weights by
/// losses, mean the same for all keys.</remarks>
internal sealed class MlpRegressor : NetworkLearner
{
    internal const string Kind = "mlp-regressor";

    private readonly TargetNormalizer _targets;

    internal MlpRegressor(SupervisedTask task, MiniBatchOptions options, ulong seed, FleetWorkspaces workspaces)
        : this(task, options, seed, workspaces, new TargetNormalizer(options.Fading))
    {
    }

    private MlpRegressor(SupervisedTask task, MiniBatchOptions options, ulong seed, FleetWorkspaces workspaces, TargetNormalizer targets)
        : base(new MiniBatchNetwork(options, task.Features, 1, seed, workspaces, targets)) => _targets = targets;

    /// <summary>Where such a learner runs, and why.</summary>
    internal static DeviceChoice DeviceFor(SupervisedTask task, MiniBatchOptions options) =>
        TrainedNetworkOptions.DeviceFor(options.Device, options.ArchitectureOf(task.Features, 1), options.Rows, options.Path);

    /// <inheritdoc/>
    public override void Predict(ReadOnlySpan<float> features, Span<double> outputs) =>
        outputs[0] = _targets.Restore(Network.Predict(features) is [var said] ? said : 0);

    /// <inheritdoc/>
    public override LearnOutcome Learn(ReadOnlySpan<float> features, double target)
    {
        _targets.Observe(target);
        return Network.Learn(features, target);
    }

    /// <inheritdoc/>
    public override void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Kind, 1, 1 + MiniBatchNetwork.Fields);
        _targets.Save(ref writer);
        Network.Save(ref writer);
    }

    /// <inheritdoc/>
    public override void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, 1, 1 + MiniBatchNetwork.Fields);
        _targets.Load(ref reader);
        Network.Load(ref reader, 1, 1, isClassifier: false);
    }
}
