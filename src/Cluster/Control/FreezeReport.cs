namespace StreamLearn.Cluster.Control;

/// <summary>A word that has been written into the log of a pipeline: its learners hear it when they come to it.</summary>
public sealed record FreezeReport
{
    /// <summary>The pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The key that it is about; null: all keys.</summary>
    public required string? Key { get; init; }

    /// <summary>Whether learners are frozen from there on.</summary>
    public required bool Frozen { get; init; }

    /// <summary>The partitions of the log that it stands in.</summary>
    public required IReadOnlyList<int> Partitions { get; init; }

    /// <summary>Names the request; it stands in the log too.</summary>
    public required string Request { get; init; }
}
