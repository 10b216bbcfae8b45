using MessagePack;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Learners.Supervised;

/// <summary>
/// A model of one key that predicts a class or a number from features and learns from the right one. Single-threaded and deterministic: all chance comes
/// from a generator that is part of its state.
/// </summary>
/// <remarks>
/// Predicting changes nothing. Predictions on later features may be made, and learned, before those on earlier ones: labels come late. Whoever steps it
/// has seen to it that features are finite and as many as the task says, a class index is within <see cref="Outputs"/> and a target is finite. Once it has
/// seen as much as it remembers, and between two classes that are new, it allocates nothing.
/// </remarks>
public interface ISupervisedLearner : IDisposable
{
    /// <summary>Numbers of a prediction: the classes that it knows, or 1.</summary>
    int Outputs { get; }

    /// <summary>Predicts.</summary>
    /// <param name="features">[features].</param>
    /// <param name="outputs">[<see cref="Outputs"/>], written. Classes: probabilities in [0, 1] whose sum is 1 but for rounding. A number: the number,
    /// finite.</param>
    void Predict(ReadOnlySpan<float> features, Span<double> outputs);

    /// <summary>Learns what the features should have been predicted as.</summary>
    /// <param name="features">[features], as they were when they were predicted on.</param>
    /// <param name="target">The index of the class, or the number.</param>
    /// <returns><see cref="LearnOutcome.Observed"/> where they only wait for others to be learned with; <see cref="LearnOutcome.Refused"/> where the update
    /// would have left a number that is not finite: it was undone.</returns>
    LearnOutcome Learn(ReadOnlySpan<float> features, double target);

    /// <summary>Adds classes at the end: what is learned of the others stays. The probability of a new one starts small.</summary>
    /// <param name="count">Classes from now on, more than <see cref="Outputs"/>.</param>
    /// <param name="features">Those that the label of the last one came with; empty where nothing has been learned yet.</param>
    void GrowClasses(int count, ReadOnlySpan<float> features);

    /// <summary>Keeps what it has learned as its good state. Allocates nothing; the good state is part of its state. Before the first call that is
    /// what it was made with.</summary>
    void KeepGood();

    /// <summary>Takes up the good state again, because its updates are refused one after the other. A learner that never refuses has nothing
    /// to do, here and in <see cref="KeepGood"/>.</summary>
    void ReturnToGood();

    /// <summary>Writes the whole state, versioned.</summary>
    void Save(ref MessagePackWriter writer);

    /// <summary>Takes over a state that a learner with the same settings has saved, whatever the classes it knows.</summary>
    /// <exception cref="State.StateFormatException">The state is of another learner, version or size.</exception>
    void Load(ref MessagePackReader reader);
}
