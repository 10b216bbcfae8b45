using MessagePack;

namespace StreamLearn.Actors.Messages;

/// <summary>"The learners of my node take more memory than they may, and mine cannot leave before what they have learned is stored: make a barrier as soon
/// as one may be made." It need not be answered: a barrier comes anyway.</summary>
/// <param name="Bucket">From this bucket.</param>
/// <param name="Owner">The owner that it is told.</param>
[MessagePackObject]
public sealed record BarrierWanted([property: Key(0)] BucketId Bucket, [property: Key(1)] long Owner) : IBucketMessage;
