namespace StreamLearn.Actors.Protocol;

/// <summary>
/// A fault put into the protocol on purpose. A drill or a search that finds nothing is worth something only if it finds these.
/// </summary>
public enum ProtocolMutant
{
    /// <summary>The protocol as it is.</summary>
    None,

    /// <summary>A bucket that lacks records goes on without them.</summary>
    SkipRewind,

    /// <summary>The position is stored and committed first, and the buckets persist at the barrier after.</summary>
    CommitBeforePersisted,

    /// <summary>A bucket takes copies that have come before for new ones.</summary>
    KeepRepeats,
}
