using Akka.Actor;
using StreamLearn.Learners.Measures;

namespace StreamLearn.Actors.Metrics;

/// <summary>How the learners of a bucket stand.</summary>
/// <param name="Fleet">The measures, which are the receiver's from now on; null: it has no learners in memory yet.</param>
internal sealed record BucketMeasures(FleetMeasures? Fleet) : INoSerializationVerificationNeeded;
