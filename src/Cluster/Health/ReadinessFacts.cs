using Akka.Cluster;

namespace StreamLearn.Cluster.Health;

/// <summary>What is known of a node when it is asked whether it is ready.</summary>
internal sealed record ReadinessFacts
{
    internal required NodePhase Phase { get; init; }

    /// <summary>Its status in the cluster; null: there is no actor system yet.</summary>
    internal MemberStatus? Status { get; init; }

    /// <summary>The nodes that it joins by, as configuration has them, for people.</summary>
    internal string Seeds { get; init; } = "";

    /// <summary>Whether it reads topics.</summary>
    internal bool Ingests { get; init; }

    /// <summary>The roles that some member has that is up and can be reached.</summary>
    internal IReadOnlySet<string> Roles { get; init; } = new HashSet<string>();

    /// <summary>Its pipelines; those of its configuration as long as they do not run.</summary>
    internal IReadOnlyList<PipelineFacts> Pipelines { get; init; } = [];

    /// <summary>Whether the store has been asked.</summary>
    internal bool HasStore { get; init; }

    /// <summary>Why the store did not answer; null: it did.</summary>
    internal string? StoreProblem { get; init; }

    /// <summary>Why Kafka did not answer; null: it did.</summary>
    internal string? KafkaProblem { get; init; }
}
