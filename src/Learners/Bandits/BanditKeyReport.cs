using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Joining;

namespace StreamLearn.Learners.Bandits;

/// <summary>How the learners of one key of a bandit pipeline stand.</summary>
/// <inheritdoc cref="KeyReport" path="/param"/>
/// <param name="Decisions">Decisions made.</param>
/// <param name="Learned">Decisions whose cost has been learned, missing ones that count as declared included.</param>
/// <param name="Cost">Sum of the costs learned, in [0, 1] each.</param>
/// <param name="Waiting">Decisions that wait for feedback.</param>
/// <param name="Join">What has become of decisions and feedback.</param>
/// <param name="Estimates">For each learner what decides its off-policy estimates, as <see cref="OffPolicy.OffPolicyEstimator.Save"/> writes it.</param>
[MessagePackObject]
public sealed record BanditKeyReport(
    byte[] Key, long Records, long Time, long[] Refused, long[] Recoveries, byte[] StateDigest, bool Frozen,
    [property: Key(7)] long Decisions,
    [property: Key(8)] long Learned,
    [property: Key(9)] double Cost,
    [property: Key(10)] long Waiting,
    [property: Key(11)] JoinCounts Join,
    [property: Key(12)] byte[][] Estimates)
    : KeyReport(Key, Records, Time, Refused, Recoveries, StateDigest, Frozen);
