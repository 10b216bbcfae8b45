using StreamLearn.Learners.Fleets;

namespace StreamLearn.Cluster.Nodes;

/// <summary>What a replay has made.</summary>
/// <param name="Partitions">What was read of each partition.</param>
/// <param name="Records">Records in it, without copies that had come before.</param>
/// <param name="DeadLetters">Records that could not be learned from.</param>
/// <param name="Summary">How the learners stand.</param>
public sealed record ReplayResult(IReadOnlyList<ReplayedRange> Partitions, long Records, long DeadLetters, TaskSummary Summary);
