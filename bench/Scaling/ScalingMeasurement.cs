namespace StreamLearn.Bench.Scaling;

/// <summary>What the clusters of a layout have shown with a learner, in all rounds.</summary>
internal sealed record ScalingMeasurement(ScalingCase Case, ClusterLayout Layout, IReadOnlyList<ClusterMeasurement> Rounds)
{
    private readonly WaveMeasurement[] _waves = [.. Rounds.SelectMany(round => round.Waves)];

    /// <summary>Behind the kind of measure in the names of its rows.</summary>
    internal string Name => Layout.Name + Case.Suffix;

    /// <summary>Whether the bytes on sockets are known.</summary>
    internal bool HasSockets => _waves.All(wave => wave.SocketBytes is not null);

    /// <summary>Processor seconds per second without records, all processes together.</summary>
    internal double IdleProcessors => Median([.. Rounds.Select(round => round.IdleProcessors).Order()]);

    internal double Median(Func<WaveMeasurement, double> measure) => Median(Sorted(measure));

    internal double Least(Func<WaveMeasurement, double> measure) => Sorted(measure)[0];

    internal double Most(Func<WaveMeasurement, double> measure) => Sorted(measure)[^1];

    private static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    private double[] Sorted(Func<WaveMeasurement, double> measure) => [.. _waves.Select(measure).Order()];
}
