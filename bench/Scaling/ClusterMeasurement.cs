namespace StreamLearn.Bench.Scaling;

/// <summary>What one cluster has shown.</summary>
/// <param name="Waves">Its waves.</param>
/// <param name="IdleProcessors">Processor seconds per second of all its learner processes when no record comes.</param>
internal sealed record ClusterMeasurement(IReadOnlyList<WaveMeasurement> Waves, double IdleProcessors);
