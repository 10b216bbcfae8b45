using MessagePack;

namespace StreamLearn.Actors.Messages;

/// <summary>"My stored state cannot be taken over": the pipeline stops, for going on would be to learn without it.</summary>
/// <param name="Bucket">From this bucket.</param>
/// <param name="Owner">The owner that it is told.</param>
/// <param name="Reason">Why not, and what was expected.</param>
[MessagePackObject]
public sealed record BucketFailed(
    [property: Key(0)] BucketId Bucket, [property: Key(1)] long Owner, [property: Key(2)] string Reason) : IBucketMessage;
