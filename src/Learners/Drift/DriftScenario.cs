namespace StreamLearn.Learners.Drift;

/// <summary>A kind of stream with known drifts.</summary>
/// <param name="Name">Its name in reports.</param>
/// <param name="Stream">Makes it from a seed: the same seed, the same stream.</param>
public sealed record DriftScenario(string Name, Func<ulong, DriftSeries> Stream);
