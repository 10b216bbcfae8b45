namespace StreamLearn.Cluster.Membership;

/// <summary>The other nodes have gone on without this one.</summary>
public sealed class NodeRemovedException() : Exception(
    "This node has left the cluster without having been told to: it and the other nodes did not see each other for too long, or it has lost the quorum "
    + "(streamlearn.node.split-brain). Nothing that was stored is lost. Started again, it joins anew.");
