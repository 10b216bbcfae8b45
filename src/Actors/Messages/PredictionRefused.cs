using MessagePack;

namespace StreamLearn.Actors.Messages;

/// <summary>"I cannot answer a question now": the store is away or slow and others are waiting already, or the stored state cannot be taken over.</summary>
/// <param name="Bucket">From this bucket.</param>
/// <param name="Reason">Why not.</param>
[MessagePackObject]
public sealed record PredictionRefused([property: Key(0)] BucketId Bucket, [property: Key(1)] string Reason) : IBucketMessage;
