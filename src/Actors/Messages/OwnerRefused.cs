using MessagePack;

namespace StreamLearn.Actors.Messages;

/// <summary>"You are the owner of the partition no more": the ingest gives it up.</summary>
/// <param name="Bucket">From this bucket.</param>
/// <param name="Owner">The owner that it is told.</param>
[MessagePackObject]
public sealed record OwnerRefused([property: Key(0)] BucketId Bucket, [property: Key(1)] long Owner) : IBucketMessage;
