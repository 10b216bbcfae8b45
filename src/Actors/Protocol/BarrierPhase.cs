namespace StreamLearn.Actors.Protocol;

/// <summary>How far a barrier has come.</summary>
public enum BarrierPhase
{
    /// <summary>There is none: records are read and sent.</summary>
    None,

    /// <summary>Nothing more is read; what is sent is to be answered, and its outputs delivered.</summary>
    Draining,

    /// <summary>The buckets are asked to persist.</summary>
    Persisting,

    /// <summary>All have; the cursor is to be stored.</summary>
    Storing,
}
