namespace StreamLearn.Actors.Checkpoints;

/// <summary>A generation of a bucket, as it was read.</summary>
/// <param name="Generation">Its number.</param>
/// <param name="LastApplied">Last offset that it covers.</param>
/// <param name="State">State of the bucket besides its keys.</param>
/// <param name="Keys">All keys with their states, in the order of their bytes; none is forgotten.</param>
public sealed record StoredBucket(long Generation, long LastApplied, byte[] State, IReadOnlyList<KeyState> Keys);
