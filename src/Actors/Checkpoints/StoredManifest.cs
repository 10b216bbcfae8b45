using StreamLearn.Actors.Messages;

namespace StreamLearn.Actors.Checkpoints;

/// <summary>The manifest of a bucket's newest generation.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Generation">Number of the generation.</param>
/// <param name="LastApplied">Last offset that it covers.</param>
/// <param name="Keys">Number of its keys.</param>
/// <param name="Bytes">Bytes of their states.</param>
/// <param name="Generations">Generations that can be read.</param>
public sealed record StoredManifest(BucketId Bucket, long Generation, long LastApplied, int Keys, long Bytes, int Generations);
