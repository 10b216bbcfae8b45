namespace StreamLearn.Learners.Averaging;

/// <summary>The averages in a replica's log are not those of its past: going on would take the replicas apart for good.</summary>
public sealed class ReplicaLogException(string message) : Exception(message);
