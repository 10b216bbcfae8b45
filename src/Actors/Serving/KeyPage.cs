using StreamLearn.Actors.Messages;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Actors.Serving;

/// <summary>Some of a pipeline's keys: bucket after bucket, within each in the order of their bytes.</summary>
/// <param name="TotalKeys">Keys that there are.</param>
/// <param name="Keys">Some of them, each with its bucket.</param>
public sealed record KeyPage(long TotalKeys, IReadOnlyList<(BucketId Bucket, KeyGlance Key)> Keys);
