namespace StreamLearn.Cluster.Configuration;

/// <summary>A configuration that cannot be used. The message is one line: file, path, what is there, what was expected.</summary>
public sealed class ConfigurationException(string message) : Exception(message)
{
    internal static ConfigurationException At(string file, string path, string actual, string expected) =>
        new($"{file}: {path} is {actual}; expected {expected}.");
}
