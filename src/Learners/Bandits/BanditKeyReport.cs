using MessagePack;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Learners.Bandits;

/// <summary>How the learners of one key of a bandit pipeline stand.</summary>
/// <param name="Key">The key, UTF-8.</param>
/// <param name="Records">Records taken in: contexts, feedback, logged decisions.</param>
/// <param name="Time">The largest event time so far, ms since 1970.</param>
/// <param name="Decisions">Decisions made.</param>
/// <param name="Learned">Decisions whose cost has been learned, missing ones that count as declared included.</param>
/// <param name="Cost">Sum of the costs learned, in [0, 1] each.</param>
/// <param name="Waiting">Decisions that wait for feedback.</param>
/// <param name="Join">What has become of decisions and feedback.</param>
/// <param name="Estimates">For each learner what decides its off-policy estimates, as <see cref="OffPolicy.OffPolicyEstimator.Save"/> writes it.</param>
/// <param name="Refused">For each learner, updates that were undone because a number would not have stayed finite.</param>
/// <param name="StateDigest">SHA-256 of the state of all learners of the key, and of what waits.</param>
/// <param name="Recoveries">For each learner, returns to its last good state; null: none.</param>
[MessagePackObject]
public sealed record BanditKeyReport(
    [property: Key(0)] byte[] Key,
    [property: Key(1)] long Records,
    [property: Key(2)] long Time,
    [property: Key(3)] long Decisions,
    [property: Key(4)] long Learned,
    [property: Key(5)] double Cost,
    [property: Key(6)] long Waiting,
    [property: Key(7)] JoinCounts Join,
    [property: Key(8)] byte[][] Estimates,
    [property: Key(9)] long[] Refused,
    [property: Key(10)] byte[] StateDigest,
    [property: Key(11)] long[]? Recoveries = null)
    : KeyReport;
