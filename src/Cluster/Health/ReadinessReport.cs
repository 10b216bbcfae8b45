namespace StreamLearn.Cluster.Health;

/// <summary>Whether a node does its work.</summary>
/// <param name="Checks">What it needs, as far as that can be told in the phase that it is in.</param>
public sealed record ReadinessReport(IReadOnlyList<HealthCheck> Checks)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool Ready => Checks.All(check => check.Problem is null);
}
