namespace StreamLearn.Cluster.Membership;

/// <summary>The node has not come into its cluster.</summary>
public sealed class ClusterJoinException(string message) : Exception(message);
