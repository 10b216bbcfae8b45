using MessagePack;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Language;
using StreamLearn.Learners.Supervised;

namespace StreamLearn.Learners.Fleets;

/// <summary>How the learners of one key stand, whatever their task; the rest is the subclass's.</summary>
/// <param name="Key">The key, UTF-8.</param>
/// <param name="Records">Records taken in.</param>
/// <param name="Time">Event time of the last one, or the largest so far where the task goes by that, ms since 1970.</param>
/// <param name="Refused">For each learner, updates that were undone because a number would not have stayed finite.</param>
/// <param name="Recoveries">For each learner, returns to its last good state.</param>
/// <param name="StateDigest">SHA-256 of the state of all learners of the key.</param>
/// <param name="Frozen">Whether they learn no more, because an operator has said so.</param>
[Union(0, typeof(ForecastKeyReport))]
[Union(1, typeof(BanditKeyReport))]
[Union(2, typeof(SupervisedKeyReport))]
[Union(3, typeof(LanguageKeyReport))]
public abstract record KeyReport(
    [property: Key(0)] byte[] Key,
    [property: Key(1)] long Records,
    [property: Key(2)] long Time,
    [property: Key(3)] long[] Refused,
    [property: Key(4)] long[] Recoveries,
    [property: Key(5)] byte[] StateDigest,
    [property: Key(6)] bool Frozen);
