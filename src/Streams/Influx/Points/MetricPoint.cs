namespace StreamLearn.Streams.Influx.Points;

/// <summary>A point of a batch whose fields are being set. A field that is not set is not written; one that is set twice has the last value.</summary>
/// <remarks>Fields go by their place in the schema. An error is thrown where the place or the type is another than the schema's.</remarks>
public readonly ref struct MetricPoint
{
    private readonly MetricBatch _batch;
    private readonly int _index;

    internal MetricPoint(MetricBatch batch, int index)
    {
        _batch = batch;
        _index = index;
    }

    /// <summary>Sets a field of the type <see cref="MetricType.Float"/>.</summary>
    public MetricPoint Set(int field, double value) => Set(field, MetricType.Float, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Sets a field of the type <see cref="MetricType.Integer"/>.</summary>
    public MetricPoint Set(int field, long value) => Set(field, MetricType.Integer, (ulong)value);

    /// <summary>Sets a field of the type <see cref="MetricType.Unsigned"/>.</summary>
    public MetricPoint Set(int field, ulong value) => Set(field, MetricType.Unsigned, value);

    /// <summary>Sets a field of the type <see cref="MetricType.Boolean"/>.</summary>
    public MetricPoint Set(int field, bool value) => Set(field, MetricType.Boolean, value ? 1UL : 0);

    /// <summary>Sets a field of the type <see cref="MetricType.Text"/>.</summary>
    public MetricPoint Set(int field, string value)
    {
        _batch.SetText(_index, field, value);
        return this;
    }

    private MetricPoint Set(int field, MetricType type, ulong value)
    {
        _batch.Set(_index, field, type, value);
        return this;
    }
}
