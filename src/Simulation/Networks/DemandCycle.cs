namespace StreamLearn.Simulation.Networks;

/// <summary>A sine of <see cref="CyclicDemands"/>.</summary>
/// <param name="Hours">Its period P, hours.</param>
/// <param name="Amplitude">Its amplitude a, as a fraction of the mean demand.</param>
/// <param name="PeakHour">
/// When it is highest in the local time of the pair: hours since Monday 00:00, and again every <paramref name="Hours"/>.
/// </param>
public readonly record struct DemandCycle(double Hours, double Amplitude, double PeakHour);
