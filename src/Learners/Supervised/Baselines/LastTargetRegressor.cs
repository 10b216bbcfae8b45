using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised.Baselines;

/// <summary><c>last-target</c>: the number is the last one; 0 before the first.</summary>
internal sealed class LastTargetRegressor : SupervisedLearner
{
    internal const string Kind = "last-target";

    private double _last;

    /// <inheritdoc/>
    public override void Predict(ReadOnlySpan<float> features, Span<double> outputs) => outputs[0] = _last;

    /// <inheritdoc/>
    public override LearnOutcome Learn(ReadOnlySpan<float> features, double target)
    {
        _last = target;
        return LearnOutcome.Learned;
    }

    /// <inheritdoc/>
    public override void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Kind, 1, fields: 1);
        writer.Write(_last);
    }

    /// <inheritdoc/>
    public override void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, 1, fields: 1);
        _last = reader.ReadFinite();
    }
}
