namespace StreamLearn.Actors.Checkpoints;

/// <summary>A generation of a bucket, to be written.</summary>
/// <param name="LastApplied">Last offset that it covers.</param>
/// <param name="CoveredBefore">Last offset of the bucket that the older of the partition's stored cursors covers; -1: none. The newest
/// generation up to it is kept too.</param>
/// <param name="State">State of the bucket besides its keys.</param>
/// <param name="Changed">The keys that have changed since the generation before.</param>
public sealed record BucketCheckpoint(long LastApplied, long CoveredBefore, byte[] State, IReadOnlyList<KeyState> Changed);
