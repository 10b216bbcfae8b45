using MessagePack;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Actors.Messages;

/// <summary>Answers <see cref="Predict"/>.</summary>
/// <param name="Bucket">From this bucket.</param>
/// <param name="LastApplied">Last offset that it has applied.</param>
/// <param name="Answers">One for each record, in their order.</param>
[MessagePackObject]
public sealed record Predicted(
    [property: Key(0)] BucketId Bucket, [property: Key(1)] long LastApplied, [property: Key(2)] IReadOnlyList<Foresight> Answers) : IBucketMessage;
