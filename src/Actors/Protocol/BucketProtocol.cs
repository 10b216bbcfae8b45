namespace StreamLearn.Actors.Protocol;

/// <summary>The bucket's side of exactly-once learning: whom it listens to, and which rows of a chunk are to be applied. Pure.</summary>
public static class BucketProtocol
{
    /// <summary>Whether a message comes from the owner of the partition.</summary>
    /// <param name="current">The owner that the bucket's state was read for.</param>
    /// <param name="owner">The owner that the message names; owners are numbered upwards.</param>
    /// <remarks>A new owner begins at the stored cursor and has not seen what was said of the records after it: the bucket goes back to its
    /// stored state, and says the same of them again.</remarks>
    public static OwnerVerdict Hear(long current, long owner) =>
        owner < current ? OwnerVerdict.Stale : owner > current ? OwnerVerdict.New : OwnerVerdict.Current;

    /// <summary>Decides on a chunk (previous, offsets, last].</summary>
    /// <param name="lastApplied">Last offset that the bucket's state covers; -1: none.</param>
    /// <param name="previous">Last offset that the bucket had been sent before the chunk.</param>
    /// <param name="last">Offset up to which the chunk is all.</param>
    /// <param name="offsets">Its offsets, ascending.</param>
    /// <param name="mutant">A fault to put in.</param>
    public static BucketDecision Decide(
        long lastApplied, long previous, long last, ReadOnlySpan<long> offsets, ProtocolMutant mutant = ProtocolMutant.None)
    {
        if (previous > lastApplied && mutant != ProtocolMutant.SkipRewind)
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

    /// <summary>Decides on a request to persist.</summary>
    /// <param name="lastApplied">Last offset that the bucket's state covers; -1: none.</param>
    /// <param name="persisted">Last offset that its stored state covers; -1: none.</param>
    /// <param name="upTo">Last offset that it has been sent; the outputs up to it are delivered.</param>
    /// <remarks>A state beyond <paramref name="upTo"/> is not stored: predictions on the records after it may not be delivered, and whoever
    /// loads it cannot make them again.</remarks>
    public static PersistVerdict Persist(long lastApplied, long persisted, long upTo) =>
        lastApplied < upTo ? PersistVerdict.Behind
        : persisted >= upTo ? PersistVerdict.Stored
        : lastApplied == upTo ? PersistVerdict.Store
        : PersistVerdict.Ahead;
}
