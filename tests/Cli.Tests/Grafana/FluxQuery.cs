using System.Text.RegularExpressions;
using StreamLearn.Cluster.Metrics;

namespace StreamLearn.Cli.Tests.Grafana;

/// <summary>A Flux query, as far as it says what it reads.</summary>
internal sealed partial class FluxQuery
{
    /// <summary>What every row has that comes from InfluxDB.</summary>
    private static readonly string[] OwnColumns = ["_measurement", "_field", "_time", "_value"];

    private readonly string _text;

    // What is read: from each "from(" to the next; of a query without one, which asks for the values of a tag, all of it.
    private readonly string[] _parts;

    internal FluxQuery(string text)
    {
        _text = text;
        var parts = text.Split("from(");
        _parts = parts.Length > 1 ? parts[1..] : parts;
    }

    /// <summary>Whether values become rates.</summary>
    internal bool IsRate => _text.Contains("derivative(unit: 1s", StringComparison.Ordinal);

    /// <summary>The dashboard's variables that it names.</summary>
    internal IEnumerable<string> Variables => Names(Variable(), _text);

    /// <summary>The measurements that it reads, of those that there are.</summary>
    internal IEnumerable<MeasurementDefinition> Measurements => _parts.Select(MeasurementOf).OfType<MeasurementDefinition>();

    /// <summary>The fields that it reads, of those that there are.</summary>
    internal IEnumerable<FieldDefinition> Fields => _parts.SelectMany(part =>
        (MeasurementOf(part)?.Fields ?? []).Where(definition => Names(Field(), part).Contains(definition.Name)));

    /// <summary>What it names and the catalogue does not have, in words.</summary>
    internal IEnumerable<string> Problems()
    {
        foreach (var part in _parts)
        {
            string[] measurements = [.. Names(Measurement(), part)];
            if (measurements.Length != 1)
            {
                yield return $"reads {measurements.Length} measurements at once; expected one";
                continue;
            }

            if (MeasurementOf(part) is not { } measurement)
            {
                yield return $"reads the measurement {measurements[0]}, which nobody writes";
                continue;
            }

            string[] fields = [.. Names(Field(), part)];
            if (fields.Length == 0 && _text.Contains("from(", StringComparison.Ordinal))
            {
                yield return $"reads all fields of {measurement.Name}; expected some of them";
            }

            foreach (var field in fields.Except(measurement.Fields.Select(field => field.Name)))
            {
                yield return $"reads the field {field}, which {measurement.Name} does not have";
            }

            foreach (var column in Columns(part).Except(OwnColumns).Except(measurement.Tags))
            {
                yield return $"names the column {column}, which is no tag of {measurement.Name}";
            }
        }
    }

    private static MeasurementDefinition? MeasurementOf(string part) =>
        MetricCatalog.All.FirstOrDefault(measurement => Names(Measurement(), part).SequenceEqual([measurement.Name]));

    private static IEnumerable<string> Columns(string part) =>
        Names(Column(), part).Concat(ColumnList().Matches(part).SelectMany(list => Names(Quoted(), list.Value))).Distinct();

    private static IEnumerable<string> Names(Regex regex, string text) => regex.Matches(text).Select(match => match.Groups["name"].Value).Distinct();

    [GeneratedRegex("""\br(\._measurement|\["_measurement"\])\s*==\s*"(?<name>[^"]*)""")]
    private static partial Regex Measurement();

    [GeneratedRegex("""\br(\._field|\["_field"\])\s*==\s*"(?<name>[^"]*)""")]
    private static partial Regex Field();

    /// <summary>r.tag, r["tag"], and tag: "tag" of a function that lists its values.</summary>
    [GeneratedRegex("""(\br\.|\br\["|\btag: ")(?<name>\w+)""")]
    private static partial Regex Column();

    [GeneratedRegex("""\b(columns|rowKey|columnKey): \[[^\]]*\]""")]
    private static partial Regex ColumnList();

    [GeneratedRegex("""
        "(?<name>[^"]*)"
        """)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\$\{(?<name>\w+)(:\w+)?\}")]
    private static partial Regex Variable();
}
