namespace StreamLearn.Cli.Web;

/// <summary>A node has answered that it does not, or cannot, do what it was told. The message is its reason.</summary>
internal sealed class NodeRefusedException(string message) : Exception(message);
