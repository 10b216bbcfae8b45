namespace StreamLearn.Cluster.Metrics;

/// <summary>All that a node measures, as of a moment.</summary>
/// <param name="time">The moment.</param>
/// <param name="readings">What it is.</param>
public sealed class MetricSnapshot(DateTimeOffset time, IReadOnlyList<MetricReading> readings)
{
    private readonly ILookup<string, MetricReading> _byMeasurement = readings.ToLookup(reading => reading.Measurement.Name);

    /// <summary>Before the first.</summary>
    public static MetricSnapshot Empty { get; } = new(DateTimeOffset.UnixEpoch, []);

    /// <summary>The moment.</summary>
    public DateTimeOffset Time => time;

    /// <summary>What it is.</summary>
    public IReadOnlyList<MetricReading> Readings => readings;

    /// <summary>What it is of a measurement.</summary>
    public IEnumerable<MetricReading> Of(MeasurementDefinition measurement) => _byMeasurement[measurement.Name];
}
