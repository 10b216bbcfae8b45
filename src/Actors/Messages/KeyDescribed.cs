using MessagePack;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Actors.Messages;

/// <summary>Answers <see cref="GetKey"/>.</summary>
/// <param name="Bucket">From this bucket.</param>
/// <param name="LastApplied">Last offset that it has applied.</param>
/// <param name="Report">How the key stands; null: there is none.</param>
/// <param name="Last">What was answered to its last record.</param>
[MessagePackObject]
public sealed record KeyDescribed(
    [property: Key(0)] BucketId Bucket, [property: Key(1)] long LastApplied, [property: Key(2)] KeyReport? Report, [property: Key(3)] Foresight Last) : IBucketMessage;
