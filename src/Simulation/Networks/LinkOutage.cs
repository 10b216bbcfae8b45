namespace StreamLearn.Simulation.Networks;

/// <summary>A cable is down, in both directions.</summary>
/// <param name="Link">The link, such as "ATLAng&gt;HSTNng".</param>
/// <param name="FirstBin">The first bin without it.</param>
/// <param name="EndBin">The first bin with it again.</param>
public sealed record LinkOutage(string Link, int FirstBin, int EndBin);
