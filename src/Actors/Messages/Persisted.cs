using MessagePack;

namespace StreamLearn.Actors.Messages;

/// <summary>"My stored state covers <paramref name="LastApplied"/>." Less than was asked for: nothing was stored, and something is
/// missing.</summary>
/// <param name="Bucket">From this bucket.</param>
/// <param name="Epoch">The epoch of the request.</param>
/// <param name="UpTo">Which request.</param>
/// <param name="LastApplied">Last offset that the state covers.</param>
[MessagePackObject]
public sealed record Persisted(
    [property: Key(0)] BucketId Bucket, [property: Key(1)] int Epoch, [property: Key(2)] long UpTo, [property: Key(3)] long LastApplied) : IBucketMessage;
