namespace StreamLearn.Streams.Influx.Points;

/// <summary>
/// Points on their way between stages, as columns. It grows to what it has had to hold and keeps that: one that is used again allocates
/// nothing. Not thread-safe.
/// </summary>
public sealed class MetricBatch : IDisposable
{
    private const int FirstPoints = 64;
    private const int FirstValues = 256;

    private readonly MetricBatchPool? _pool;
    private MetricSeries[] _series = new MetricSeries[FirstPoints];
    private long[] _times = new long[FirstPoints];
    private ulong[] _present = new ulong[FirstPoints];
    private int[] _starts = new int[FirstPoints];
    private ulong[] _values = new ulong[FirstValues];
    private string[] _texts = [];
    private int _valueCount;
    private int _textCount;
    private int _isRented;

    /// <summary>A batch of its own.</summary>
    public MetricBatch()
    {
    }

    internal MetricBatch(MetricBatchPool pool) => _pool = pool;

    /// <summary>Points in it.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a point without fields; they are set on what is returned.</summary>
    /// <param name="series">Its series.</param>
    /// <param name="time">Nanoseconds since 1970, UTC.</param>
    public MetricPoint Add(MetricSeries series, long time)
    {
        if (Count == _series.Length)
        {
            Array.Resize(ref _series, 2 * Count);
            Array.Resize(ref _times, 2 * Count);
            Array.Resize(ref _present, 2 * Count);
            Array.Resize(ref _starts, 2 * Count);
        }

        var fields = series.Schema.Fields.Count;
        if (_valueCount + fields > _values.Length)
        {
            Array.Resize(ref _values, Math.Max(2 * _values.Length, _valueCount + fields));
        }

        _series[Count] = series;
        _times[Count] = time;
        _present[Count] = 0;
        _starts[Count] = _valueCount;
        _valueCount += fields;
        return new MetricPoint(this, Count++);
    }

    /// <summary>Adds a point without fields; they are set on what is returned.</summary>
    public MetricPoint Add(MetricSeries series, DateTimeOffset time) =>
        Add(series, (time.UtcTicks - DateTime.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick);

    /// <summary>Takes all points out.</summary>
    public void Clear()
    {
        Array.Clear(_series, 0, Count);
        Array.Clear(_texts, 0, _textCount);
        Count = _valueCount = _textCount = 0;
    }

    /// <summary>Clears it and gives it back to the pool that it is from, if any. It is not to be used any more then; a second call does nothing.</summary>
    public void Dispose()
    {
        if (_pool is null)
        {
            Clear();
        }
        else if (Interlocked.Exchange(ref _isRented, 0) == 1)
        {
            Clear();
            _pool.Return(this);
        }
    }

    /// <summary>The pool hands it out.</summary>
    internal MetricBatch Rented()
    {
        _isRented = 1;
        return this;
    }

    internal MetricSeries Series(int point) => _series[point];

    internal long Time(int point) => _times[point];

    internal ulong Present(int point) => _present[point];

    /// <summary>Values of a point, one for each field of its schema; only those that are present mean something.</summary>
    internal ReadOnlySpan<ulong> Values(int point) => _values.AsSpan(_starts[point], _series[point].Schema.Fields.Count);

    internal string Text(ulong value) => _texts[(int)value];

    internal void Set(int point, int field, MetricType type, ulong value)
    {
        var schema = _series[point].Schema;
        var expected = schema.Fields[field];
        if (expected.Type != type)
        {
            throw new ArgumentException($"{schema.Measurement}.{expected.Name} is set as {type}; expected {expected.Type}.", nameof(type));
        }

        _values[_starts[point] + field] = value;
        _present[point] |= 1UL << field;
    }

    internal void SetText(int point, int field, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (_textCount == _texts.Length)
        {
            Array.Resize(ref _texts, Math.Max(16, 2 * _textCount));
        }

        Set(point, field, MetricType.Text, (ulong)_textCount);
        _texts[_textCount++] = value;
    }
}
