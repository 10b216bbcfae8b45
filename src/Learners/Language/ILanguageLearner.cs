using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Networks;

namespace StreamLearn.Learners.Language;

/// <summary>A learner of the task <c>language</c>.</summary>
/// <remarks>Single-threaded and deterministic: the same texts in the same order on the same machine type give the same bits of state. Whatever a text is, the
/// state stays finite.</remarks>
internal interface ILanguageLearner : IDisposable
{
    /// <summary>Texts that it has learned from, to their ends.</summary>
    long Learned { get; }

    /// <summary>Takes a text in: scores it under the model as it is before it learns from it, at once or with others later.</summary>
    /// <param name="text">The text.</param>
    /// <param name="scores">Receives what is scored now.</param>
    /// <returns><see cref="LearnOutcome.Observed"/> where it waits for others, <see cref="LearnOutcome.Refused"/> where an update would have left a number that
    /// is not finite: it was undone.</returns>
    LearnOutcome Learn(in TokenizedText text, LanguageScores scores);

    /// <summary>-ln of the probability of a text's tokens under the model as it is. Changes nothing; asked twice, it says the same bits.</summary>
    double Evaluate(ReadOnlySpan<int> tokens);

    /// <summary>Keeps what it has learned as its good state, which is part of its state.</summary>
    void KeepGood();

    /// <summary>Takes up the good state again. A learner that never refuses has nothing to do, here and in <see cref="KeepGood"/>.</summary>
    void ReturnToGood();

    /// <summary>A copy of its weights; null: it has no network.</summary>
    NetworkWeights? Weights(string name);

    /// <summary>Writes the whole state, versioned.</summary>
    void Save(ref MessagePackWriter writer);

    /// <summary>Takes over a state that a learner with the same settings has saved.</summary>
    /// <exception cref="State.StateFormatException">The state is of another learner, version or size.</exception>
    void Load(ref MessagePackReader reader);
}
