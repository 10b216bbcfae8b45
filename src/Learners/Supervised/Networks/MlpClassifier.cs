using System.Numerics.Tensors;
using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised.Networks;

/// <summary><c>mlp-classifier</c>: a small network with an output for each class, learned in mini-batches (<see cref="MiniBatchNetwork"/>). It starts with all classes
/// alike.</summary>
/// <remarks>A new class is a new output: its weights are 0, its bias is such that it has a probability of at most 0.01 on the record which brings it, and wherever the others' scores are 0
/// on average; what the network says of the
/// other classes against each other stays, and so do their optimiser's moments. Up to the second class the network has two outputs.</remarks>
internal sealed class MlpClassifier : NetworkLearner
{
    internal const string Kind = "mlp-classifier";

    private const int FewestOutputs = 2;

    private readonly double _temperature;
    private int _classes;

    // Workspace, no state.
    private double[] _scores;

    internal MlpClassifier(SupervisedTask task, MiniBatchOptions options, ulong seed, FleetWorkspaces workspaces)
        : base(NetworkOf(task, options, seed, workspaces))
    {
        _classes = task.Classes.Count;
        _temperature = options.Loss switch
        {
            CrossEntropyLoss crossEntropy => crossEntropy.Temperature,
            LabelDistributionallyRobustLoss robust => robust.Lambda,
            _ => 1,
        };
        _scores = new double[_classes];
    }

    /// <inheritdoc/>
    public override int Outputs => _classes;

    /// <summary>Where such a learner runs, and why.</summary>
    internal static DeviceChoice DeviceFor(SupervisedTask task, MiniBatchOptions options) => TrainedNetworkOptions.DeviceFor(
        options.Device, options.ArchitectureOf(task.Features, Math.Max(FewestOutputs, task.Classes.Count)), options.Rows, options.Path);

    /// <inheritdoc/>
    public override void Predict(ReadOnlySpan<float> features, Span<double> outputs)
    {
        if (TryScore(features, outputs))
        {
            Probabilities.Softmax(outputs);
        }
        else
        {
            outputs.Fill(1.0 / outputs.Length);
        }
    }

    /// <inheritdoc/>
    public override LearnOutcome Learn(ReadOnlySpan<float> features, double target) => Network.Learn(features, target);

    /// <inheritdoc/>
    public override void GrowClasses(int count, ReadOnlySpan<float> features)
    {
        if (count > FewestOutputs)
        {
            var bias = 0.0;
            _scores = new double[Math.Max(FewestOutputs, Outputs)];
            if (!features.IsEmpty && TryScore(features, _scores))
            {
                bias = Probabilities.ScoreOfNew(_scores) * _temperature;
            }

            Network.Grow(count, (float)bias);
        }

        _classes = count;
    }

    /// <inheritdoc/>
    public override void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Kind, 1, 1 + MiniBatchNetwork.Fields);
        writer.Write(Outputs);
        Network.Save(ref writer);
    }

    /// <inheritdoc/>
    public override void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, 1, 1 + MiniBatchNetwork.Fields);
        var classes = ClassCount.Read(ref reader);
        Network.Load(ref reader, Math.Max(FewestOutputs, classes), Math.Max(FewestOutputs, classes), isClassifier: true);
        _classes = classes;
    }

    private static MiniBatchNetwork NetworkOf(SupervisedTask task, MiniBatchOptions options, ulong seed, FleetWorkspaces workspaces) =>
        options.WarmStart is not null && !task.HasFixedClasses
            ? throw new OptionException($"{options.Path}.warm-start", "a file, with labels that grow", "task.classes too: weights are of so many classes")
            : new MiniBatchNetwork(options, task.Features, Math.Max(FewestOutputs, task.Classes.Count), seed, workspaces);

    private bool TryScore(ReadOnlySpan<float> features, Span<double> scores)
    {
        var logits = Network.Predict(features);
        if (logits.IsEmpty)
        {
            return false;
        }

        TensorPrimitives.ConvertTruncating<float, double>(logits[..scores.Length], scores);
        if (_temperature != 1)
        {
            TensorPrimitives.Divide(scores, _temperature, scores);
        }

        return true;
    }
}
