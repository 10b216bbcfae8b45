using System.Buffers;
using MessagePack;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Measures;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Learners.Fleets;

/// <summary>The learners of one bucket, for each key those of a plan, stepped together. Single-threaded.</summary>
/// <remarks>The outcome is that of one example after the other: it does not depend on how examples were cut into batches, nor on
/// which other keys live in the same fleet, but for a full one: there a new key takes the place of the one that has been idle
/// longest. Disposed of, it has no keys.</remarks>
public interface ILearnerFleet : IDisposable
{
    /// <summary>Number of keys.</summary>
    int Keys { get; }

    /// <summary>Keys among them whose learners are not in memory, but where <see cref="SaveKey"/> has put them.</summary>
    int PassiveKeys { get; }

    /// <summary>Bytes of the learners in memory: of each key those of its state when it was last written or loaded; where it never was, those of
    /// the state that was last, whosever it was (0: there was none).</summary>
    long ResidentBytes { get; }

    /// <summary>Numbers that a prediction has; 0: as many as it needs, in <see cref="PredictionBatch.List"/>.</summary>
    int PredictionWidth { get; }

    /// <summary>Predicts, scores and learns the examples from row <paramref name="from"/> on, one after the other.</summary>
    /// <param name="examples">Rows in offset order, in the form of the task.</param>
    /// <param name="from">First row that is new.</param>
    /// <param name="predictions">Receives a row for each of them, from its row 0 on.</param>
    /// <exception cref="ArgumentException">The examples have another form, or there is not room for the predictions.</exception>
    void Process(ExampleBatch examples, int from, PredictionBatch predictions);

    /// <summary>How each key's learners stand, in the order of the keys' bytes, from the <paramref name="skip"/>-th on.</summary>
    /// <param name="skip">Keys to pass over.</param>
    /// <param name="take">Keys to report, at most.</param>
    /// <param name="passive">The states of the passive keys among them, which stay passive; see <see cref="PassiveAmong(int, int)"/>.</param>
    /// <exception cref="InvalidOperationException">One of them is missing.</exception>
    IReadOnlyList<KeyReport> Report(int skip = 0, int take = int.MaxValue, IReadOnlyDictionary<byte[], byte[]>? passive = null);

    /// <summary>How one key's learners stand; null: there is no such key.</summary>
    /// <param name="key">The key, UTF-8.</param>
    /// <param name="passive">Its state where it is passive; see <see cref="PassiveAmong(IReadOnlyList{byte[]})"/>.</param>
    /// <exception cref="InvalidOperationException">It is passive, and its state is missing.</exception>
    KeyReport? ReportOf(ReadOnlySpan<byte> key, IReadOnlyDictionary<byte[], byte[]>? passive = null);

    /// <summary>The keys in the order of their bytes, from the <paramref name="skip"/>-th on: cheap, and needs no states.</summary>
    /// <param name="skip">Keys to pass over.</param>
    /// <param name="take">Keys at most.</param>
    IReadOnlyList<KeyGlance> Glance(int skip, int take);

    /// <summary>
    /// What would be answered to a record if it came next: to the bit, but for decisions, which are not drawn (and see <c>docs/http-api.md</c>). Nothing
    /// changes, no generator that is state is drawn from, and the record is not learned.
    /// </summary>
    /// <param name="examples">The batch with the record, in the form of the task.</param>
    /// <param name="row">Its row.</param>
    /// <param name="passive">The states of passive keys; see <see cref="PassiveAmong(ExampleBatch, int)"/>.</param>
    /// <exception cref="ArgumentException">The examples have another form.</exception>
    /// <exception cref="InvalidOperationException">Its key is passive, and the state is missing.</exception>
    Foresight Foresee(ExampleBatch examples, int row, IReadOnlyDictionary<byte[], byte[]>? passive = null);

    /// <summary>What was answered to the last record of a key that was predicted; where a task's answers need a record, its version and time alone.</summary>
    /// <param name="key">The key, UTF-8.</param>
    /// <param name="passive">Its state where it is passive.</param>
    /// <exception cref="InvalidOperationException">It is passive, and its state is missing.</exception>
    Foresight Recall(ReadOnlySpan<byte> key, IReadOnlyDictionary<byte[], byte[]>? passive = null);

    /// <summary>How the learners in memory stand, all together in the order of the keys' bytes and some keys alone: cheap, and changes nothing.</summary>
    FleetMeasures Measure(KeySelection keys);

    /// <summary>The keys that somebody wants to see, and how they stand: cheap, and changes nothing.</summary>
    KeySearchResult Find(KeySearch search);

    /// <summary>What the learners of a key still know of its last records, the oldest first; the last record is one of them. None where they are not in memory.</summary>
    /// <param name="key">The key.</param>
    /// <param name="most">Records to go back, at most.</param>
    IReadOnlyList<KeyPoint> Recent(ReadOnlySpan<byte> key, int most);

    /// <summary>The passive keys that a report would need.</summary>
    IReadOnlyList<byte[]> PassiveAmong(int skip, int take);

    /// <summary>The passive keys among some.</summary>
    IReadOnlyList<byte[]> PassiveAmong(IReadOnlyList<byte[]> keys);

    /// <summary>The passive keys that the examples from a row on are of, each once: they are to be woken before these are processed.</summary>
    IReadOnlyList<byte[]> PassiveAmong(ExampleBatch examples, int from);

    /// <summary>Gives a passive key its learners back, others nothing. Its place in the order of use stays.</summary>
    /// <param name="key">The key.</param>
    /// <param name="state">What <see cref="SaveKey"/> wrote last.</param>
    /// <exception cref="StateFormatException">The state is of other learners or settings, or damaged. Nothing has changed.</exception>
    void Wake(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> state);

    /// <summary>Lets learners of unchanged keys go until they have had so many bytes or there are none left: first those that came back and were not
    /// used, then those that have been idle longest. The keys stay.</summary>
    void Passivate(long bytes);

    /// <summary>Adds a key with a state that stays where it is: it is passive.</summary>
    /// <exception cref="StateFormatException">The state is not one of this task.</exception>
    void AddPassive(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> state);

    /// <summary>When a stored key was last used: the order in which keys are worth to be in memory.</summary>
    /// <exception cref="StateFormatException">The state is not one of this task.</exception>
    long LastUseOf(ReadOnlyMemory<byte> state);

    /// <summary>
    /// The weights of a key's learners that have networks, under the learner's kind; a second learner of a kind is <c>kind-2</c>. None
    /// where no learner has one.
    /// </summary>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    IReadOnlyList<NetworkWeights> Weights(ReadOnlySpan<byte> key);

    /// <summary>Whether the learners of a key learn no more (<see cref="Control.ControlRecord"/>), be it there or not.</summary>
    bool IsFrozen(ReadOnlySpan<byte> key);

    /// <summary>Writes what operators have said, versioned: which keys are frozen. It belongs to the fleet, not to its keys.</summary>
    void SaveControls(ref MessagePackWriter writer);

    /// <summary>Takes over what <see cref="SaveControls"/> has written.</summary>
    /// <exception cref="StateFormatException">The state is of another version, or damaged. Nothing has changed.</exception>
    void LoadControls(ref MessagePackReader reader);

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

    /// <summary>Notes that the state which <see cref="SaveKey"/> has written has so many bytes.</summary>
    void Saved(ReadOnlySpan<byte> key, int bytes);

    /// <summary>
    /// Gives a key, new or not, the state that <see cref="SaveKey"/> has written, its place in the order of use included. It is no
    /// change. Loaded keys may be more than the fleet may hold: the next new key makes the room.
    /// </summary>
    /// <exception cref="StateFormatException">The state is of another version, of other learners or settings, or damaged. Nothing has
    /// changed.</exception>
    void LoadKey(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> state);
}
