using StreamLearn.Learners.Measures;

namespace StreamLearn.Actors.Metrics;

/// <summary>How the learners of a pipeline stand that live on this node.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Buckets">Buckets that live here.</param>
/// <param name="Silent">Of them, those that have not answered: busy, or without learners in memory yet. What they said last counts.</param>
/// <param name="Total">All of the learners, bucket by bucket in the order of their numbers, key by key within; null: there are none.</param>
/// <param name="Keys">Some keys, each alone.</param>
/// <param name="PassiveKeys">Keys whose learners are in the store: they are in none of this.</param>
public sealed record PipelineMeasures(string Pipeline, int Buckets, int Silent, TaskMeasures? Total, IReadOnlyList<KeyMeasures> Keys, int PassiveKeys);
