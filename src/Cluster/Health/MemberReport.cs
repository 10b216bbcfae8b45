namespace StreamLearn.Cluster.Health;

/// <summary>A member of a cluster, as a node sees it.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Roles">What it does.</param>
/// <param name="Status">joining, weakly_up, up, leaving, exiting, down, removed.</param>
/// <param name="Reachable">Whether it can be reached.</param>
/// <param name="Age">Its place by age; 1: the oldest.</param>
public sealed record MemberReport(string Address, IReadOnlyList<string> Roles, string Status, bool Reachable, int Age);
