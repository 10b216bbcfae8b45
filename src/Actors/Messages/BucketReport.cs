using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Actors.Messages;

/// <summary>How keys of a bucket stand.</summary>
/// <param name="Bucket">From this bucket.</param>
/// <param name="LastApplied">Last offset that it has applied.</param>
/// <param name="TotalKeys">Keys that it has.</param>
/// <param name="Keys">The page that was asked for.</param>
[MessagePackObject]
public sealed record BucketReport(
    [property: Key(0)] BucketId Bucket, [property: Key(1)] long LastApplied, [property: Key(2)] int TotalKeys,
    [property: Key(3)] IReadOnlyList<KeyReport> Keys) : IBucketMessage;
