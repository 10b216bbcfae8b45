namespace StreamLearn.Actors.Protocol;

/// <summary>What to do with a chunk.</summary>
public enum BucketVerdict
{
    /// <summary>Apply the rows from the first new one on, and acknowledge.</summary>
    Apply,

    /// <summary>Nothing in it is new: acknowledge.</summary>
    AlreadyApplied,

    /// <summary>Records before it are missing: ask for them.</summary>
    Rewind,
}
