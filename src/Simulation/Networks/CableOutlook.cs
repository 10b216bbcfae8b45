namespace StreamLearn.Simulation.Networks;

/// <summary>What the loss of a cable would do to the mean loads of the other links.</summary>
/// <param name="Cable">The first of its two links, such as "Paris&gt;Lyon".</param>
/// <param name="MeanMegabits">Mean load of both directions together, Mbit/s.</param>
/// <param name="Moderate">Links whose mean load would change by 10 to 50 percent.</param>
/// <param name="Drastic">Links whose mean load would change by more.</param>
public sealed record CableOutlook(string Cable, double MeanMegabits, int Moderate, int Drastic);
