using System.Diagnostics.Metrics;

namespace StreamLearn.Cluster.Metrics;

/// <summary>The catalogue as instruments of the meter <c>StreamLearn</c>, which say what the last snapshot says: asking them costs learning nothing.</summary>
/// <remarks>A field <c>f</c> of the measurement <c>streamlearn_m</c> is the instrument <c>streamlearn.m.f</c>; tags are attributes
/// <c>streamlearn.TAG</c>.</remarks>
internal sealed class MeterInstruments : IDisposable
{
    /// <summary>Name of the meter.</summary>
    internal const string MeterName = "StreamLearn";

    // The exporter has a meter.
    private static readonly MeasurementDefinition[] OfTheirOwn = [MetricCatalog.OfInflux, MetricCatalog.OfInfluxDropped];

    private readonly Meter _meter = new(MeterName);
    private readonly Func<MetricSnapshot> _latest;
    private readonly HashSet<string> _keys;

    /// <param name="latest">The last snapshot.</param>
    /// <param name="keys">Keys that have instruments of their own. Not those that are chosen by rank: exporters keep room for every series that ever was.</param>
    internal MeterInstruments(Func<MetricSnapshot> latest, IEnumerable<string> keys)
    {
        _latest = latest;
        _keys = [.. keys];
        foreach (var measurement in MetricCatalog.All.Where(measurement => _keys.Count > 0 || !measurement.IsOfKeys).Except(OfTheirOwn))
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

    /// <summary>The measurement that an instrument is of; null: it is not one of the catalogue.</summary>
    internal static MeasurementDefinition? MeasurementOf(string instrument) => ByName.GetValueOrDefault(instrument);

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
        var keyAt = measurement.Tags.ToList().IndexOf(MetricCatalog.Key);
        foreach (var reading in _latest().Of(measurement))
        {
            var value = reading.Values[place];
            if (!double.IsNaN(value) && (double.IsFinite(value) || !measurement.Fields[place].IsWhole) && (!measurement.IsOfKeys || _keys.Contains(reading.Tags[keyAt])))
            {
                yield return new Measurement<TNumber>(convert(value), Attributes(reading));
            }
        }
    }

    private static KeyValuePair<string, object?>[] Attributes(MetricReading reading) =>
        [.. reading.Tags.Select((value, tag) => new KeyValuePair<string, object?>(AttributeOf(reading.Measurement.Tags[tag]), value))];
}
