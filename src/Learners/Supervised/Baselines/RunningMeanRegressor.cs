using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised.Baselines;

/// <summary><c>running-mean</c>: the number is the mean of all so far, or a fading one; 0 before the first.</summary>
/// <param name="fading">By which the weight of a number shrinks with each later one; 1: all weigh alike.</param>
internal sealed class RunningMeanRegressor(double fading) : SupervisedLearner
{
    internal const string Kind = "running-mean";

    private double _weight;

    // Halves: the difference of two huge numbers does not overflow.
    private double _half;

    /// <inheritdoc/>
    public override void Predict(ReadOnlySpan<float> features, Span<double> outputs) => outputs[0] = 2 * _half;

    /// <inheritdoc/>
    public override LearnOutcome Learn(ReadOnlySpan<float> features, double target)
    {
        _weight = (fading * _weight) + 1;
        _half += ((0.5 * target) - _half) / _weight;
        return LearnOutcome.Learned;
    }

    /// <inheritdoc/>
    public override void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Kind, 1, fields: 2);
        writer.Write(_weight);
        writer.Write(_half);
    }

    /// <inheritdoc/>
    public override void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, 1, fields: 2);
        _weight = reader.ReadFinite();
        _half = reader.ReadFinite();
        StateFormat.Require(_weight >= 0 && Math.Abs(_half) <= 0.5 * double.MaxValue, "a mean is out of range");
    }
}
