namespace StreamLearn.Simulation.Networks;

/// <summary>A cable fails, for good.</summary>
/// <param name="Cable">One of its two links, such as "Paris&gt;Lyon".</param>
/// <param name="Bin">The first bin without it.</param>
public sealed record FailureCase(string Cable, int Bin);
