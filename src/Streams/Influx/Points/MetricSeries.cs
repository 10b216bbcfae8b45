using StreamLearn.Streams.Influx.Lines;

namespace StreamLearn.Streams.Influx.Points;

/// <summary>A measurement with a set of tags. It is made once and kept: its part of a line is encoded once, not for every point.</summary>
public sealed class MetricSeries
{
    private readonly MetricTag[] _tags;
    private EncodedPrefix? _encoded;

    /// <param name="schema">The measurement.</param>
    /// <param name="tags">Its tags, in any order.</param>
    /// <exception cref="ArgumentException">A tag's name is empty, there twice, or one that servers keep for themselves.</exception>
    public MetricSeries(MetricSchema schema, params IReadOnlyList<MetricTag> tags)
    {
        Schema = schema;
        _tags = LineProtocolText.Sorted(tags);
    }

    /// <summary>The measurement.</summary>
    public MetricSchema Schema { get; }

    /// <summary>Its tags, in the order of the bytes of their names.</summary>
    public IReadOnlyList<MetricTag> Tags => _tags;

    /// <inheritdoc/>
    public override string ToString() => string.Join(',', _tags.Select(tag => $"{tag.Key}={tag.Value}").Prepend(Schema.Measurement));

    /// <summary>Measurement and tags as the protocol has them, up to the space before the fields.</summary>
    /// <param name="more">Tags that all series of an encoder have; those of the same name in this series count more. The same list each time.</param>
    internal byte[] Prefix(MetricTag[] more)
    {
        // Two threads may both encode it; both get the same bytes.
        var encoded = Volatile.Read(ref _encoded);
        if (encoded is null || !ReferenceEquals(encoded.More, more))
        {
            encoded = new EncodedPrefix(more, LineProtocolText.Series(Schema.Prefix, _tags, more));
            Volatile.Write(ref _encoded, encoded);
        }

        return encoded.Bytes;
    }

    private sealed record EncodedPrefix(MetricTag[] More, byte[] Bytes);
}
