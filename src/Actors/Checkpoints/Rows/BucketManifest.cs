namespace StreamLearn.Actors.Checkpoints.Rows;

/// <summary>What a manifest says of a generation, besides the bucket's state.</summary>
/// <param name="Generation">Its number, from 1.</param>
/// <param name="LastApplied">Last offset that it covers.</param>
/// <param name="Keys">Number of its keys.</param>
/// <param name="Bytes">Bytes of their states.</param>
/// <param name="KeySum">Sum of <see cref="RowIdentity.OfKey"/> over their rows, modulo 2^64.</param>
internal readonly record struct BucketManifest(long Generation, long LastApplied, long Keys, long Bytes, long KeySum);
