namespace StreamLearn.Simulation.Networks;

/// <summary>One observation of one link.</summary>
/// <param name="Link">The link, such as "ATLAng&gt;HSTNng".</param>
/// <param name="Time">The beginning of the bin.</param>
/// <param name="Megabits">Mean load in the bin, Mbit/s.</param>
public readonly record struct LinkLoad(string Link, DateTimeOffset Time, double Megabits);
