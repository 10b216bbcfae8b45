using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Joining;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.Supervised.Scores;

namespace StreamLearn.Learners.Supervised;

/// <summary>How the learners of one key of a pipeline of the task <c>classify</c> or <c>regress</c> stand.</summary>
/// <inheritdoc cref="KeyReport" path="/param"/>
/// <param name="Predicted">Records that were predicted.</param>
/// <param name="Learned">Labels that came together with their features.</param>
/// <param name="Waiting">Features that wait for their label.</param>
/// <param name="Join">What has become of features and labels that came apart.</param>
/// <param name="Classes">The labels of the classes by their index; of the task <c>regress</c> none.</param>
/// <param name="ClassSums">Of classes: for each learner its three pasts (<see cref="ScoreView"/>); else empty.</param>
/// <param name="ErrorSums">Of numbers: for each learner, and for the last target after them, its three pasts; else empty.</param>
/// <param name="Reweighting">How the own learner weighted its last mini-batch.</param>
[MessagePackObject]
public sealed record SupervisedKeyReport(
    byte[] Key, long Records, long Time, long[] Refused, long[] Recoveries, byte[] StateDigest, bool Frozen,
    [property: Key(7)] long Predicted,
    [property: Key(8)] long Learned,
    [property: Key(9)] long Waiting,
    [property: Key(10)] JoinCounts Join,
    [property: Key(11)] string[] Classes,
    [property: Key(12)] ClassSums[] ClassSums,
    [property: Key(13)] ErrorSums[] ErrorSums,
    [property: Key(14)] ReweightingStanding Reweighting)
    : KeyReport(Key, Records, Time, Refused, Recoveries, StateDigest, Frozen)
{
    /// <summary>Pasts that there are.</summary>
    internal const int Views = 3;
}
