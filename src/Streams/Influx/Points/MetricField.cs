using StreamLearn.Streams.Influx.Lines;

namespace StreamLearn.Streams.Influx.Points;

/// <summary>A field of a measurement.</summary>
public sealed class MetricField
{
    /// <param name="name">Its name.</param>
    /// <param name="type">What its values are.</param>
    /// <exception cref="ArgumentException">The name is empty, or one that servers keep for themselves.</exception>
    public MetricField(string name, MetricType type)
    {
        Key = LineProtocolText.FieldKey(name);
        Name = name;
        Type = type;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What its values are.</summary>
    public MetricType Type { get; }

    /// <summary>The name as the protocol has it, with the equals sign.</summary>
    internal byte[] Key { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Type})";
}
