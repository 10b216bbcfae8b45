using MessagePack;

namespace StreamLearn.Actors.Messages;

/// <summary>"My state could not be stored." The barrier is given up and tried again later.</summary>
/// <param name="Bucket">From this bucket.</param>
/// <param name="Epoch">The epoch of the request.</param>
/// <param name="UpTo">Which request.</param>
/// <param name="Reason">Why not.</param>
[MessagePackObject]
public sealed record PersistFailed(
    [property: Key(0)] BucketId Bucket, [property: Key(1)] int Epoch, [property: Key(2)] long UpTo, [property: Key(3)] string Reason) : IBucketMessage;
