using MessagePack;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Learners.Language;

/// <summary>How the learners of one key of a language pipeline stand.</summary>
/// <inheritdoc cref="KeyReport" path="/param"/>
/// <param name="Domains">The key's domains, by number.</param>
/// <param name="Learned">Texts that the own learner has learned from.</param>
/// <param name="Training">How the own learner has been trained, where it is one of mini-batches.</param>
/// <param name="Scores">For each learner what its scores are, as <see cref="LanguageScores.Save"/> writes it.</param>
[MessagePackObject]
public sealed record LanguageKeyReport(
    byte[] Key, long Records, long Time, long[] Refused, long[] Recoveries, byte[] StateDigest, bool Frozen,
    [property: Key(7)] string[] Domains,
    [property: Key(8)] long Learned,
    [property: Key(9)] SequenceTraining Training,
    [property: Key(10)] byte[][] Scores)
    : KeyReport(Key, Records, Time, Refused, Recoveries, StateDigest, Frozen);
