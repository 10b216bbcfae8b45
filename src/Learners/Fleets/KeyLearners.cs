using MessagePack;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Measures;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Learners.Fleets;

/// <summary>The learners of one key with all that the task keeps beside them. Whoever makes them disposes of them: networks on Torch have memory that the
/// collector does not see.</summary>
internal abstract class KeyLearners : IDisposable
{
    /// <summary>Examples learned from: the version of the model.</summary>
    internal abstract long Version { get; }

    /// <summary>Takes an average of replicas in.</summary>
    internal virtual ExampleStatus TakeAverage(ReadOnlySpan<byte> average) => ExampleStatus.Unusable;

    /// <summary>What was answered to the last record that was predicted.</summary>
    internal abstract Foresight Recall();

    /// <summary>How a list of keys shows them.</summary>
    internal abstract KeyGlance Glance(byte[] key);

    /// <summary>How they stand.</summary>
    internal abstract KeyReport Report(ReadOnlySpan<byte> key);

    /// <summary>Adds how they stand, without digests: cheap.</summary>
    internal abstract void Measure(TaskMeasures measures);

    /// <summary>How they stand, in a few numbers: cheap.</summary>
    internal abstract KeyStanding Stand(byte[] key, double rank);

    /// <summary>What they still know of the last records, the oldest first.</summary>
    internal virtual IReadOnlyList<KeyPoint> Recent(int most) => [];

    /// <summary>What they are chosen by to be watched alone; NaN: there is nothing yet.</summary>
    internal abstract double Rank(KeyRank by);

    /// <summary>The weights of the learners that have networks; <paramref name="nameOf"/> says what a learner (by its place) is
    /// called.</summary>
    internal abstract IEnumerable<NetworkWeights> Weights(Func<int, string> nameOf);

    /// <summary>Writes the whole state, versioned.</summary>
    internal abstract void Save(ref MessagePackWriter writer);

    /// <summary>Takes over what <see cref="Save"/> has written.</summary>
    internal abstract void Load(ref MessagePackReader reader);

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
