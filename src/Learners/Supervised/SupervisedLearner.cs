using MessagePack;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Learners.Supervised;

/// <summary>What most learners have in common: they never refuse, know no classes, and have nothing to free. Those that do say so.</summary>
internal abstract class SupervisedLearner : ISupervisedLearner
{
    /// <inheritdoc/>
    public virtual int Outputs => 1;

    /// <inheritdoc/>
    public abstract void Predict(ReadOnlySpan<float> features, Span<double> outputs);

    /// <inheritdoc/>
    public abstract LearnOutcome Learn(ReadOnlySpan<float> features, double target);

    /// <inheritdoc/>
    public virtual void GrowClasses(int count, ReadOnlySpan<float> features) => throw new NotSupportedException("It predicts a number: there are no classes.");

    /// <inheritdoc/>
    public virtual void KeepGood()
    {
    }

    /// <inheritdoc/>
    public virtual void ReturnToGood()
    {
    }

    /// <inheritdoc/>
    public abstract void Save(ref MessagePackWriter writer);

    /// <inheritdoc/>
    public abstract void Load(ref MessagePackReader reader);

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
