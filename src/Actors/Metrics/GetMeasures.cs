using Akka.Actor;
using StreamLearn.Learners.Measures;

namespace StreamLearn.Actors.Metrics;

/// <summary>Asks a bucket of this node how its learners stand. Answered by <see cref="BucketMeasures"/>. It never crosses nodes.</summary>
/// <param name="Keys">Which keys are wanted alone.</param>
internal sealed record GetMeasures(KeySelection Keys) : INoSerializationVerificationNeeded;
