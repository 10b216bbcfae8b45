namespace StreamLearn.Simulation.Bandits;

/// <summary>Where flows come from and where they go.</summary>
/// <param name="Source">Name of the first node.</param>
/// <param name="Destination">Name of the last node, another one.</param>
public sealed record NodePair(string Source, string Destination);
