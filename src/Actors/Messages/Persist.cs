using MessagePack;

namespace StreamLearn.Actors.Messages;

/// <summary>"Store your state, which is to cover <paramref name="UpTo"/>."</summary>
/// <param name="Bucket">For this bucket.</param>
/// <param name="Owner">Which owner of the partition asks.</param>
/// <param name="Epoch">How often the ingest has been sent back.</param>
/// <param name="UpTo">Last offset that the bucket has been sent.</param>
/// <param name="CoveredBefore">Last offset of it that the older of the stored cursors covers; -1: none.</param>
[MessagePackObject]
public sealed record Persist(
    [property: Key(0)] BucketId Bucket, [property: Key(1)] long Owner, [property: Key(2)] int Epoch, [property: Key(3)] long UpTo,
    [property: Key(4)] long CoveredBefore) : IOwnerMessage;
