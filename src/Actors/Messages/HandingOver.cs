using MessagePack;

namespace StreamLearn.Actors.Messages;

/// <summary>"I am about to move and have learned what is not stored: make a barrier, and reach me directly until then", for what is sent by way of the
/// shard region already waits for the bucket's next home.</summary>
/// <param name="Bucket">From this bucket.</param>
/// <param name="Owner">The owner that it is told.</param>
[MessagePackObject]
public sealed record HandingOver([property: Key(0)] BucketId Bucket, [property: Key(1)] long Owner) : IBucketMessage;
