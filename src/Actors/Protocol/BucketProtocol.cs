namespace StreamLearn.Actors.Protocol;

/// <summary>The bucket's side of exactly-once learning: which rows of a chunk are to be applied. Pure.</summary>
public static class BucketProtocol
{
    /// <summary>Decides on a chunk (previous, offsets, last].</summary>
    /// <param name="lastApplied">Last offset that the bucket's state covers; -1: none.</param>
    /// <param name="previous">Last offset that the bucket had been sent before the chunk.</param>
    /// <param name="last">Offset up to which the chunk is all.</param>
    /// <param name="offsets">Its offsets, ascending.</param>
    public static BucketDecision Decide(long lastApplied, long previous, long last, ReadOnlySpan<long> offsets)
    {
        if (previous > lastApplied)
        {
            return new BucketDecision(BucketVerdict.Rewind, 0);
        }

        if (last <= lastApplied)
        {
            return new BucketDecision(BucketVerdict.AlreadyApplied, offsets.Length);
        }

        var found = offsets.BinarySearch(lastApplied);
        return new BucketDecision(BucketVerdict.Apply, found >= 0 ? found + 1 : ~found);
    }
}
