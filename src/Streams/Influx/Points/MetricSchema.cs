using StreamLearn.Streams.Influx.Lines;

namespace StreamLearn.Streams.Influx.Points;

/// <summary>A measurement and its fields, the same for all of its series.</summary>
public sealed class MetricSchema
{
    /// <summary>Fields of a measurement, at most: one bit of a point says whether it has one.</summary>
    public const int MostFields = 64;

    /// <param name="measurement">Its name.</param>
    /// <param name="fields">Its fields; a point may leave some out.</param>
    /// <exception cref="ArgumentException">A name is empty or there twice, or there are no fields or too many.</exception>
    public MetricSchema(string measurement, params IReadOnlyList<MetricField> fields)
    {
        if (fields.Count is 0 or > MostFields)
        {
            throw new ArgumentException($"{measurement} has {fields.Count} fields; expected 1 to {MostFields}.", nameof(fields));
        }

        if (fields.GroupBy(field => field.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"{measurement} has the field {twice.Key} twice; expected different names.", nameof(fields));
        }

        Prefix = LineProtocolText.Measurement(measurement);
        Measurement = measurement;
        Fields = [.. fields];
        MostFieldBytes = Fields.Max(field => field.Key.Length);
    }

    /// <summary>Its name.</summary>
    public string Measurement { get; }

    /// <summary>Its fields.</summary>
    public IReadOnlyList<MetricField> Fields { get; }

    /// <summary>The name as the protocol has it.</summary>
    internal byte[] Prefix { get; }

    /// <summary>Bytes of the longest key.</summary>
    internal int MostFieldBytes { get; }

    /// <summary>The place of a field, which points take its values by.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public int IndexOf(string field)
    {
        for (var i = 0; i < Fields.Count; i++)
        {
            if (Fields[i].Name == field)
            {
                return i;
            }
        }

        throw new ArgumentException(
            $"{Measurement} has no field '{field}'; expected one of {string.Join(", ", Fields.Select(known => known.Name))}.", nameof(field));
    }

    /// <inheritdoc/>
    public override string ToString() => Measurement;
}
