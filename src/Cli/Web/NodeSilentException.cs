namespace StreamLearn.Cli.Web;

/// <summary>A node did not answer as a node does. The message says which, and what to do.</summary>
internal sealed class NodeSilentException(string message) : Exception(message);
