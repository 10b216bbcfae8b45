using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Drift;

/// <summary>
/// Watches a stream of numbers, commonly the errors of a learner, and says when they have changed. One instance watches one stream. It
/// allocates nothing for a value, its memory is bounded, and the same values, settings and seed give the same alarms.
/// </summary>
/// <remarks>The catalogue's detectors are made by <see cref="DriftDetectorCatalog"/>; <c>docs/learners/drift.md</c> has formulas and
/// figures.</remarks>
public interface IDriftDetector
{
    /// <summary>Takes in the next value.</summary>
    /// <param name="value">In any unit, the same for all values. One that is not finite is no observation: it is ignored, and nothing
    /// changes.</param>
    /// <returns>True: with this value the stream is found to have changed. The detector has forgotten what it knew of the old kind of
    /// values and watches for the next change.</returns>
    bool Add(double value);

    /// <summary>Writes the whole state, under a name and a version: a detector with the same settings that loads it goes on to the
    /// bit.</summary>
    void Save(ref MessagePackWriter writer);

    /// <summary>Takes over a state that <see cref="Save"/> has written.</summary>
    /// <exception cref="StateFormatException">It is of another detector or version, damaged, or does not fit the settings; the detector is
    /// reset.</exception>
    void Load(ref MessagePackReader reader);

    /// <summary>Forgets everything: the detector is as it was made.</summary>
    void Reset();
}
