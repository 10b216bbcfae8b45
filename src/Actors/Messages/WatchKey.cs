using MessagePack;

namespace StreamLearn.Actors.Messages;

/// <summary>Asks a bucket what it has seen of a key; it goes on looking as long as it is asked again and again. Answered by <see cref="WatchedPoints"/>, at
/// once.</summary>
/// <param name="Bucket">For this bucket.</param>
/// <param name="Key">The key, UTF-8.</param>
/// <param name="After">Points of records after this offset are wanted: what the last answer said; <see cref="Everything"/> at first.</param>
[MessagePackObject]
public sealed record WatchKey([property: Key(0)] BucketId Bucket, [property: Key(1)] byte[] Key, [property: Key(2)] long After) : IBucketMessage
{
    /// <summary>All there is.</summary>
    public const long Everything = -2;
}
