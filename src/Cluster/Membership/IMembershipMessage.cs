namespace StreamLearn.Cluster.Membership;

/// <summary>What nodes say about themselves. Written with MessagePack between nodes.</summary>
public interface IMembershipMessage;
