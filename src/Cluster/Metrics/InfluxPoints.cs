using StreamLearn.Streams.Influx;
using StreamLearn.Streams.Influx.Points;

namespace StreamLearn.Cluster.Metrics;

/// <summary>Snapshots as points of InfluxDB: measurements, tags and fields as the catalogue names them. For one thread at a time.</summary>
/// <param name="exporter">Takes the points.</param>
internal sealed class InfluxPoints(InfluxExporter exporter)
{
    private static readonly Dictionary<string, MetricSchema> Schemas = MetricCatalog.All.ToDictionary(measurement => measurement.Name, SchemaOf);

    private readonly MetricBatchPool _pool = new();

    // By measurement and tags, which are encoded once for each. Those that a snapshot does not have go.
    private Dictionary<string, MetricSeries> _series = [];

    /// <summary>Passes a snapshot on.</summary>
    internal void Write(MetricSnapshot snapshot)
    {
        var batch = _pool.Rent();
        var used = new Dictionary<string, MetricSeries>(_series.Count);
        foreach (var reading in snapshot.Readings)
        {
            Add(batch, SeriesOf(reading, used), reading, snapshot.Time);
        }

        _series = used;
        exporter.Write(batch);
    }

    internal static MetricSchema SchemaOf(MeasurementDefinition measurement) => new(
        measurement.Name, [.. measurement.Fields.Select(field => new MetricField(field.Name, field.IsWhole ? MetricType.Integer : MetricType.Float))]);

    private MetricSeries SeriesOf(MetricReading reading, Dictionary<string, MetricSeries> used)
    {
        // Lengths, for a key may hold any sign.
        var name = string.Join('\0', reading.Tags.Select(tag => $"{tag.Length}:{tag}").Prepend(reading.Measurement.Name));
        var series = _series.GetValueOrDefault(name)
            ?? new MetricSeries(Schemas[reading.Measurement.Name], [.. reading.Tags.Select((value, tag) => new MetricTag(reading.Measurement.Tags[tag], value))]);
        used[name] = series;
        return series;
    }

    private static void Add(MetricBatch batch, MetricSeries series, MetricReading reading, DateTimeOffset time)
    {
        var point = batch.Add(series, time);
        for (var place = 0; place < reading.Values.Count; place++)
        {
            var value = reading.Values[place];
            if (double.IsNaN(value))
            {
                // Nothing to say now: no error, and not to be counted as one. What has become infinite is.
                continue;
            }

            _ = reading.Measurement.Fields[place].IsWhole && double.IsFinite(value) ? point.Set(place, (long)value) : point.Set(place, value);
        }
    }
}
