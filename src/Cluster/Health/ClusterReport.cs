namespace StreamLearn.Cluster.Health;

/// <summary>A cluster and its pipelines, as one of its nodes sees them. Bounded: of very many members or pipelines some are left out, and counted.</summary>
public sealed record ClusterReport
{
    /// <summary>The node's address; null: it has none yet.</summary>
    public string? Address { get; init; }

    /// <summary>What the node does.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>Its status in the cluster; null: it has none yet.</summary>
    public string? Status { get; init; }

    /// <summary>Whether it is ready.</summary>
    public required bool Ready { get; init; }

    /// <summary>What it needs: "ok", or what is wrong and what to do.</summary>
    public required IReadOnlyDictionary<string, string> Checks { get; init; }

    /// <summary>What the node's learners take of its memory; null: it has none yet.</summary>
    public MemoryReport? Memory { get; init; }

    /// <summary>Address of the member that lets others in; null: nobody knows.</summary>
    public string? Leader { get; init; }

    /// <summary>The members, the oldest first.</summary>
    public IReadOnlyList<MemberReport> Members { get; init; } = [];

    /// <summary>Members that are not among them.</summary>
    public int MembersLeftOut { get; init; }

    /// <summary>Addresses of those that cannot be reached.</summary>
    public IReadOnlyList<string> Unreachable { get; init; } = [];

    /// <summary>The pipelines that this node runs a part of.</summary>
    public IReadOnlyList<PipelineReport> Pipelines { get; init; } = [];

    /// <summary>Pipelines that are not among them.</summary>
    public int PipelinesLeftOut { get; init; }
}
