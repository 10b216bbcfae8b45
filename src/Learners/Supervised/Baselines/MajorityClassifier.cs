using System.Numerics.Tensors;
using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised.Baselines;

/// <summary><c>majority</c>: each class as often as it has come so far, whatever the features; before the first label each class is as probable.</summary>
internal sealed class MajorityClassifier(int classes) : SupervisedLearner
{
    internal const string Kind = "majority";

    private double[] _counts = new double[classes];
    private double _labels;

    /// <inheritdoc/>
    public override int Outputs => _counts.Length;

    /// <inheritdoc/>
    public override void Predict(ReadOnlySpan<float> features, Span<double> outputs)
    {
        if (_labels == 0)
        {
            outputs.Fill(1.0 / _counts.Length);
            return;
        }

        TensorPrimitives.Divide(_counts, _labels, outputs);
    }

    /// <inheritdoc/>
    public override LearnOutcome Learn(ReadOnlySpan<float> features, double target)
    {
        _counts[(int)target]++;
        _labels++;
        return LearnOutcome.Learned;
    }

    /// <inheritdoc/>
    public override void GrowClasses(int count, ReadOnlySpan<float> features) => Array.Resize(ref _counts, count);

    /// <inheritdoc/>
    public override void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Kind, 1, fields: 2);
        writer.Write(_counts.Length);
        writer.WriteDoubles(_counts);
    }

    /// <inheritdoc/>
    public override void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, 1, fields: 2);
        _counts = new double[ClassCount.Read(ref reader)];
        reader.ReadDoubles(_counts);
        _labels = 0;
        foreach (var count in _counts)
        {
            StateFormat.Require(count >= 0 && count <= long.MaxValue, "a class has come a negative number of times");
            _labels += count;
        }
    }
}
