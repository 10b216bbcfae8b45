using MessagePack;

namespace StreamLearn.Actors.Messages;

/// <summary>"The partition goes elsewhere: all is stored, stop."</summary>
/// <param name="Bucket">For this bucket.</param>
/// <param name="Owner">Which owner of the partition says so.</param>
[MessagePackObject]
public sealed record Release([property: Key(0)] BucketId Bucket, [property: Key(1)] long Owner) : IOwnerMessage;
