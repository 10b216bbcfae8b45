namespace StreamLearn.Cli.Tests.Deployment;

/// <summary>Something of a deployment that cannot be looked at any further.</summary>
internal sealed class DeploymentException(string message) : Exception(message);
