namespace StreamLearn.Simulation.Networks;

/// <summary>The wish that a cable fails, in both directions; what is not said is chosen by <see cref="BackboneTraffic"/>.</summary>
/// <param name="Link">
/// The link, such as "ATLAng&gt;HSTNng". By default the cable with the highest mean load among those whose loss cuts no node off.
/// </param>
/// <param name="FirstBin">The first bin without it, by default half-way.</param>
/// <param name="Bins">How many bins it is down, by default to the end.</param>
public sealed record LinkFailure(string? Link = null, int? FirstBin = null, int? Bins = null);
