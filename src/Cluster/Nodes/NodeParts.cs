namespace StreamLearn.Cluster.Nodes;

/// <summary>What of its pipelines a node runs.</summary>
[Flags]
public enum NodeParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The copiers of pipelines whose records are copied into one topic first.</summary>
    Copiers = 1,

    /// <summary>The ingests of the topics that are learned from, and the learners.</summary>
    Learners = 2,

    /// <summary>Everything.</summary>
    All = Copiers | Learners,
}
