namespace StreamLearn.Cluster.Metrics;

/// <summary>What the fields of one series of a measurement are now.</summary>
public sealed class MetricReading
{
    private readonly string[] _tags;
    private readonly double[] _values;

    internal MetricReading(MeasurementDefinition measurement, params string[] tags)
    {
        if (tags.Length != measurement.Tags.Count)
        {
            throw new ArgumentException($"{measurement.Name} is given {tags.Length} tags; expected {string.Join(", ", measurement.Tags)}.", nameof(tags));
        }

        Measurement = measurement;
        _tags = tags;
        _values = new double[measurement.Fields.Count];
        Array.Fill(_values, double.NaN);
    }

    /// <summary>The measurement.</summary>
    public MeasurementDefinition Measurement { get; }

    /// <summary>Values of its tags, in their order.</summary>
    public IReadOnlyList<string> Tags => _tags;

    /// <summary>Values of its fields, in their order; NaN: there is none now.</summary>
    public IReadOnlyList<double> Values => _values;

    /// <summary>The value of a field; NaN: there is none now.</summary>
    public double this[string field] => _values[Measurement.PlaceOf(field)];

    internal MetricReading Set(string field, double value)
    {
        _values[Measurement.PlaceOf(field)] = value;
        return this;
    }
}
