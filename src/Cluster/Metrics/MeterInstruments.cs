using System.Diagnostics.Metrics;

namespace StreamLearn.Cluster.Metrics;

/// <summary>The catalogue as instruments of the meter <c>StreamLearn</c>, which say what the last snapshot says: asking them costs learning nothing.</summary>
/// <remarks>A field <c>f</c> of the measurement <c>streamlearn_m</c> is the instrument <c>streamlearn.m.f</c>; tags are attributes
/// <c>streamlearn.TAG</c>.</remarks>
internal sealed class MeterInstruments : IDisposable
{
    /// <summary>Name of the meter.</summary>
    internal const string MeterName = "StreamLearn";

    // Series that an instrument may have: partitions, learners at their horizons, for each key that is watched.
    private const int MostOfNode = 64;
    private const int MostOfPipelines = 500;
    private const int MostOfPartitions = 4000;
    private const int MostOfKey = 64;

    private readonly Meter _meter = new(MeterName);
    private readonly Func<MetricSnapshot> _latest;

    /// <param name="latest">The last snapshot.</param>
    /// <param name="withKeys">Whether keys are watched alone: else there are no instruments of them.</param>
    internal MeterInstruments(Func<MetricSnapshot> latest, bool withKeys)
    {
        _latest = latest;
        foreach (var measurement in MetricCatalog.All.Where(measurement => withKeys || !measurement.IsOfKeys))
        {
            for (var field = 0; field < measurement.Fields.Count; field++)
            {
                Add(measurement, field);
            }
        }
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>The name of the instrument of a field.</summary>
    internal static string NameOf(MeasurementDefinition measurement, FieldDefinition field) =>
        $"streamlearn.{measurement.Name[MetricCatalog.Prefix.Length..]}.{field.Name}";

    /// <summary>How many series an instrument may have, for exporters that keep room for all of them; null: it is not one of the catalogue.</summary>
    /// <param name="instrument">Its name.</param>
    /// <param name="keys">Keys that are watched one by one.</param>
    internal static int? MostSeriesOf(string instrument, int keys) => !ByName.TryGetValue(instrument, out var measurement) ? null
        : measurement.IsOfKeys ? Math.Max(MostOfPipelines, keys * MostOfKey)
        : measurement.Tags.Contains("partition") ? MostOfPartitions
        : measurement.Tags.Contains("pipeline") ? MostOfPipelines
        : MostOfNode;

    /// <summary>The name of the attribute of a tag.</summary>
    internal static string AttributeOf(string tag) => $"streamlearn.{tag}";

    private static Dictionary<string, MeasurementDefinition> ByName { get; } =
        MetricCatalog.All.SelectMany(measurement => measurement.Fields.Select(field => (NameOf(measurement, field), measurement))).ToDictionary();

    private void Add(MeasurementDefinition measurement, int place)
    {
        var field = measurement.Fields[place];
        var name = NameOf(measurement, field);
        switch (field.Kind, field.IsWhole)
        {
            case (MetricKind.Counter, true):
                _meter.CreateObservableCounter(name, () => Values(measurement, place, value => (long)value), field.Unit, field.Meaning);
                break;
            case (MetricKind.Counter, false):
                _meter.CreateObservableCounter(name, () => Values(measurement, place, value => value), field.Unit, field.Meaning);
                break;
            case (_, true):
                _meter.CreateObservableGauge(name, () => Values(measurement, place, value => (long)value), field.Unit, field.Meaning);
                break;
            default:
                _meter.CreateObservableGauge(name, () => Values(measurement, place, value => value), field.Unit, field.Meaning);
                break;
        }
    }

    private IEnumerable<Measurement<TNumber>> Values<TNumber>(MeasurementDefinition measurement, int place, Func<double, TNumber> convert)
        where TNumber : struct
    {
        foreach (var reading in _latest().Of(measurement))
        {
            if (double.IsFinite(reading.Values[place]))
            {
                yield return new Measurement<TNumber>(convert(reading.Values[place]), Attributes(reading));
            }
        }
    }

    private static KeyValuePair<string, object?>[] Attributes(MetricReading reading) =>
        [.. reading.Tags.Select((value, tag) => new KeyValuePair<string, object?>(AttributeOf(reading.Measurement.Tags[tag]), value))];
}
