namespace StreamLearn.Cluster.Control;

/// <summary>How the partitions of a pipeline stand after an operator's word.</summary>
public sealed record CheckpointReport
{
    /// <summary>The pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Whether it is paused.</summary>
    public required bool Paused { get; init; }

    /// <summary>The partitions with a checkpoint that covers all that was learned when it was asked for.</summary>
    public required IReadOnlyList<CheckpointedPartition> Partitions { get; init; }

    /// <summary>The partitions that no node reads.</summary>
    public required IReadOnlyList<int> Unread { get; init; }

    /// <summary>What has not come about yet, in words, and goes on.</summary>
    public required IReadOnlyList<string> Waiting { get; init; }
}
