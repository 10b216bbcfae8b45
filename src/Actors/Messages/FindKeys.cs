using MessagePack;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Actors.Messages;

/// <summary>Asks a bucket for some of its keys and how they stand, and what has happened to them lately. Answered by <see cref="FoundKeys"/>, at once: from
/// what is in memory.</summary>
/// <param name="Bucket">For this bucket.</param>
/// <param name="Search">Which keys.</param>
[MessagePackObject]
public sealed record FindKeys([property: Key(0)] BucketId Bucket, [property: Key(1)] KeySearch Search) : IBucketMessage;
