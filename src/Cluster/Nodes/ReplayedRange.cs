namespace StreamLearn.Cluster.Nodes;

/// <summary>What was read of a partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="First">Offset where reading began.</param>
/// <param name="Next">Offset where the pipeline goes on.</param>
public sealed record ReplayedRange(int Partition, long First, long Next);
