using StreamLearn.Learners;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Cluster.Configuration;

/// <summary>What the plans of all tasks need.</summary>
/// <param name="Learners">The pipeline's own learner, then its rivals.</param>
/// <param name="Seed">Seed of all randomness.</param>
/// <param name="MaxKeys">How many keys the pipeline may hold.</param>
/// <param name="Safety">When a learner goes back to its last good state.</param>
internal sealed record LearnerOptions(IReadOnlyList<LearnerChoice> Learners, ulong Seed, int MaxKeys, SafetyOptions Safety);
