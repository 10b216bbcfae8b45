using System.Buffers;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Fleets;

/// <summary>The learners of one bucket, for each key those of a plan, stepped together. Single-threaded.</summary>
/// <remarks>The outcome is that of one example after the other: it does not depend on how examples were cut into batches, nor on
/// which other keys live in the same fleet, but for a full one: there a new key takes the place of the one that has been idle
/// longest.</remarks>
public interface ILearnerFleet
{
    /// <summary>Number of keys.</summary>
    int Keys { get; }

    /// <summary>Numbers that a prediction has; 0: as many as it needs, in <see cref="PredictionBatch.List"/>.</summary>
    int PredictionWidth { get; }

    /// <summary>Predicts, scores and learns the examples from row <paramref name="from"/> on, one after the other.</summary>
    /// <param name="examples">Rows in offset order, in the form of the task.</param>
    /// <param name="from">First row that is new.</param>
    /// <param name="predictions">Receives a row for each of them, from its row 0 on.</param>
    /// <exception cref="ArgumentException">The examples have another form, or there is not room for the predictions.</exception>
    void Process(ExampleBatch examples, int from, PredictionBatch predictions);

    /// <summary>How each key's learners stand, in the order of the keys' bytes, from the <paramref name="skip"/>-th on.</summary>
    IReadOnlyList<KeyReport> Report(int skip = 0, int take = int.MaxValue);

    /// <summary>
    /// The weights of a key's learners that have networks, under the learner's kind; a second learner of a kind is <c>kind-2</c>. None
    /// where no learner has one.
    /// </summary>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    IReadOnlyList<NetworkWeights> Weights(ReadOnlySpan<byte> key);

    /// <summary>Whether there is the key; one that was forgotten or has made room is not there.</summary>
    bool Contains(ReadOnlySpan<byte> key);

    /// <summary>
    /// The keys whose state has changed since the last call, those that are gone included, in the order of their bytes; they then
    /// count as unchanged.
    /// </summary>
    IReadOnlyList<byte[]> TakeChanges();

    /// <summary>Counts keys as changed that <see cref="TakeChanges"/> has brought: they could not be stored.</summary>
    void ReturnChanges(IReadOnlyList<byte[]> keys);

    /// <summary>Writes one key's whole state, versioned.</summary>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    void SaveKey(ReadOnlySpan<byte> key, IBufferWriter<byte> destination);

    /// <summary>
    /// Gives a key, new or not, the state that <see cref="SaveKey"/> has written, its place in the order of use included. It is no
    /// change. Loaded keys may be more than the fleet may hold: the next new key makes the room.
    /// </summary>
    /// <exception cref="StateFormatException">The state is of another version, of other learners or settings, or damaged. Nothing has
    /// changed.</exception>
    void LoadKey(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> state);
}
