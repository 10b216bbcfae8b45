namespace StreamLearn.Streams.Records;

/// <summary>Gathers records into a <see cref="RecordBatch"/>; its buffers are used again for the next one.</summary>
public sealed class RecordBatchBuilder
{
    private readonly string _topic;
    private readonly int _partition;
    private readonly long[] _offsets;
    private readonly long[] _timestamps;
    private readonly int[] _starts;
    private readonly int[] _keyLengths;
    private readonly int[] _valueLengths;
    private readonly int _maxBytes;
    private byte[] _payload = new byte[1024];
    private int _length;

    /// <param name="topic">Topic of all records, or a file's name.</param>
    /// <param name="partition">Partition of all records.</param>
    /// <param name="maxRecords">Records after which the batch is full.</param>
    /// <param name="maxBytes">Bytes of keys and values after which the batch is full.</param>
    public RecordBatchBuilder(string topic, int partition, int maxRecords, int maxBytes)
    {
        _topic = topic;
        _partition = partition;
        _maxBytes = maxBytes;
        _offsets = new long[maxRecords];
        _timestamps = new long[maxRecords];
        _starts = new int[maxRecords];
        _keyLengths = new int[maxRecords];
        _valueLengths = new int[maxRecords];
    }

    /// <summary>Records gathered.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the batch is to be built before anything is added.</summary>
    public bool IsFull => Count == _offsets.Length || _length >= _maxBytes;

    /// <summary>Adds a record; its bytes are copied.</summary>
    public void Add(long offset, long timestamp, ReadOnlySpan<byte> key, bool hasKey, ReadOnlySpan<byte> value, bool hasValue)
    {
        var needed = _length + key.Length + value.Length;
        if (needed > _payload.Length)
        {
            Array.Resize(ref _payload, Math.Max(needed, _payload.Length * 2));
        }

        _offsets[Count] = offset;
        _timestamps[Count] = timestamp;
        _starts[Count] = _length;
        _keyLengths[Count] = hasKey ? key.Length : -1;
        _valueLengths[Count] = hasValue ? value.Length : -1;
        key.CopyTo(_payload.AsSpan(_length));
        value.CopyTo(_payload.AsSpan(_length + key.Length));
        _length = needed;
        Count++;
    }

    /// <summary>The batch of what was gathered; the builder is empty afterwards.</summary>
    public RecordBatch Build(int epoch)
    {
        var batch = new RecordBatch(
            _topic, _partition, epoch, _offsets[..Count], _timestamps[..Count], _payload[.._length],
            _starts[..Count], _keyLengths[..Count], _valueLengths[..Count]);
        Clear();
        return batch;
    }

    /// <summary>Drops what was gathered.</summary>
    public void Clear()
    {
        Count = 0;
        _length = 0;
    }
}
