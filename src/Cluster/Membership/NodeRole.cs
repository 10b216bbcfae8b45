namespace StreamLearn.Cluster.Membership;

/// <summary>What nodes of a cluster do; one may do any of it.</summary>
public static class NodeRole
{
    /// <summary>Reads topics and writes predictions: shares their partitions with the other nodes that do.</summary>
    public const string Ingest = "ingest";

    /// <summary>Has learners on its processor.</summary>
    public const string Learner = "learner";

    /// <summary>Has the learners of pipelines that ask for a GPU.</summary>
    public const string LearnerGpu = "learner-gpu";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [Ingest, Learner, LearnerGpu];
}
