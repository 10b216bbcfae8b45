namespace StreamLearn.Actors.Protocol;

/// <summary>A bucket that is to persist.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="UpTo">Last offset that it has been sent, which its stored state must reach.</param>
/// <param name="CoveredBefore">Last offset of it that the older of the stored cursors covers; -1: none.</param>
public readonly record struct PersistRequest(int Bucket, long UpTo, long CoveredBefore);
