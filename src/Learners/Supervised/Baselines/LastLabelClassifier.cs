using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised.Baselines;

/// <summary><c>last-label</c>: the class is that of the last label, for certain; before the first each class is as probable.</summary>
internal sealed class LastLabelClassifier(int classes) : SupervisedLearner
{
    internal const string Kind = "last-label";

    private int _classes = classes;
    private int _last = -1;

    /// <inheritdoc/>
    public override int Outputs => _classes;

    /// <inheritdoc/>
    public override void Predict(ReadOnlySpan<float> features, Span<double> outputs)
    {
        outputs.Fill(_last < 0 ? 1.0 / _classes : 0);
        if (_last >= 0)
        {
            outputs[_last] = 1;
        }
    }

    /// <inheritdoc/>
    public override LearnOutcome Learn(ReadOnlySpan<float> features, double target)
    {
        _last = (int)target;
        return LearnOutcome.Learned;
    }

    /// <inheritdoc/>
    public override void GrowClasses(int count, ReadOnlySpan<float> features) => _classes = count;

    /// <inheritdoc/>
    public override void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Kind, 1, fields: 2);
        writer.Write(_classes);
        writer.Write(_last);
    }

    /// <inheritdoc/>
    public override void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, 1, fields: 2);
        _classes = ClassCount.Read(ref reader);
        _last = reader.ReadInt32();
        StateFormat.Require(_last >= -1 && _last < _classes, "the last class is none of the classes");
    }
}
