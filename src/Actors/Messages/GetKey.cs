using MessagePack;

namespace StreamLearn.Actors.Messages;

/// <summary>Asks a bucket how one key stands.</summary>
/// <param name="Bucket">For this bucket.</param>
/// <param name="Key">The key, UTF-8.</param>
[MessagePackObject]
public sealed record GetKey([property: Key(0)] BucketId Bucket, [property: Key(1)] byte[] Key) : IBucketQuestion;
