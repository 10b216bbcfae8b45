namespace StreamLearn.Cluster.Health;

/// <summary>How far a node has come.</summary>
public enum NodePhase
{
    /// <summary>It waits for Kafka and for its topics, and opens its store.</summary>
    Connecting,

    /// <summary>It waits to become a member of its cluster.</summary>
    Joining,

    /// <summary>It looks at what is stored, and starts its pipelines.</summary>
    Starting,

    /// <summary>Its pipelines run.</summary>
    Running,

    /// <summary>It finishes what is under way, leaves the cluster and ends.</summary>
    Stopping,
}
