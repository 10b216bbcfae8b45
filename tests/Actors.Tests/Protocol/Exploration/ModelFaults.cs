namespace StreamLearn.Actors.Tests.Protocol.Exploration;

/// <summary>How often each fault may happen in a <see cref="ProtocolModel"/>.</summary>
internal readonly record struct ModelFaults
{
    /// <summary>Messages lost.</summary>
    internal int Losses { get; init; }

    /// <summary>Messages delivered twice, the second time at any time later.</summary>
    internal int Repeats { get; init; }

    /// <summary>Buckets that lose their memory.</summary>
    internal int Crashes { get; init; }

    /// <summary>Writes that the store says have failed; they may have been written.</summary>
    internal int StoreFailures { get; init; }

    /// <summary>New owners of the partition after whose start the old one does nothing more.</summary>
    internal int Restarts { get; init; }

    /// <summary>New owners of the partition beside whom the old one goes on.</summary>
    internal int Zombies { get; init; }

    /// <summary>Newest generations that turn out to be damaged.</summary>
    internal int Damages { get; init; }

    /// <summary>Changes of the process that an ingest sends a bucket's messages to.</summary>
    internal int Moves { get; init; }

    /// <summary>Questions to quiet buckets, besides those at an ingest's start.</summary>
    internal int Probes { get; init; }
}
