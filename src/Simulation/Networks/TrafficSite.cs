namespace StreamLearn.Simulation.Networks;

/// <summary>What a node means to the traffic that <see cref="BackboneTraffic"/> simulates.</summary>
/// <param name="Mass">Its size, above 0, in any unit: demands are proportional to the product of two sites' masses.</param>
/// <param name="UtcOffset">Its local time minus UTC: the day's peak is in local time.</param>
public readonly record struct TrafficSite(double Mass, TimeSpan UtcOffset);
