namespace StreamLearn.Cluster.Nodes;

/// <summary>The topic that a pipeline reads is not there.</summary>
public sealed class TopicMissingException(string message) : Exception(message);
