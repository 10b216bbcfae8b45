namespace StreamLearn.Cli.Commands;

/// <summary>A command line that cannot be carried out. The message is one line: what is there and what was expected.</summary>
internal sealed class UsageException(string message) : Exception(message);
