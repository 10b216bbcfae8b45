using MessagePack;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Actors.Messages;

/// <summary>Answers <see cref="GetBucketKeys"/>.</summary>
/// <param name="Bucket">From this bucket.</param>
/// <param name="TotalKeys">Keys that it has.</param>
/// <param name="Keys">Those that were asked for; fewer where a message would not hold them.</param>
[MessagePackObject]
public sealed record BucketKeys(
    [property: Key(0)] BucketId Bucket, [property: Key(1)] int TotalKeys, [property: Key(2)] IReadOnlyList<KeyGlance> Keys) : IBucketMessage;
