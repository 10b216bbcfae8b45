namespace StreamLearn.Cluster.Health;

/// <summary>A pipeline, as a node sees it.</summary>
public sealed record PipelineReport
{
    /// <summary>Its name.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The role of the nodes that its learners live on.</summary>
    public required string Role { get; init; }

    /// <summary>The kind of its own learner.</summary>
    public required string Learner { get; init; }

    /// <summary>A digest of all settings that its learners are made with: nodes that have the same make the same learners.</summary>
    public required string LearnerVersion { get; init; }

    /// <summary>Where its shards are.</summary>
    public required IReadOnlyList<NodeShards> Shards { get; init; }

    /// <summary>Why that is not all of them; null: it is.</summary>
    public string? ShardsProblem { get; init; }

    /// <summary>Partitions that this node reads.</summary>
    public required int Partitions { get; init; }

    /// <summary>Whether it is paused: an operator has said that nothing of it is to be read.</summary>
    public required bool Paused { get; init; }

    /// <summary>Records that this node has read and that are done with.</summary>
    public required long Records { get; init; }

    /// <summary>Of them, those whose predictions have been delivered.</summary>
    public required long Predictions { get; init; }

    /// <summary>Of them, those that could not be learned from.</summary>
    public required long DeadLetters { get; init; }

    /// <summary>How often a bucket had lost state, and records were read again.</summary>
    public required long Rewinds { get; init; }

    /// <summary>How often the learners' state was stored.</summary>
    public required long Barriers { get; init; }
}
