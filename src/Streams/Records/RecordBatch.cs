namespace StreamLearn.Streams.Records;

/// <summary>
/// Consecutive records of one partition as they came, in one block of bytes: what flows from a source to the decoders.
/// </summary>
public sealed class RecordBatch
{
    private readonly byte[] _payload;
    private readonly int[] _starts;
    private readonly int[] _keyLengths;
    private readonly int[] _valueLengths;

    internal RecordBatch(
        string topic, int partition, int epoch, long[] offsets, long[] timestamps, byte[] payload, int[] starts, int[] keyLengths, int[] valueLengths)
    {
        Topic = topic;
        Partition = partition;
        Epoch = epoch;
        Offsets = offsets;
        Timestamps = timestamps;
        _payload = payload;
        _starts = starts;
        _keyLengths = keyLengths;
        _valueLengths = valueLengths;
    }

    /// <summary>Where the records come from; a file's name for a file.</summary>
    public string Topic { get; }

    /// <summary>Partition; 0 for a file.</summary>
    public int Partition { get; }

    /// <summary>How often the partition had been sought anew when the records were read; see <c>PartitionAssigned.Seek</c>.</summary>
    public int Epoch { get; }

    /// <summary>Offset of each record, ascending; the number of the record for a file.</summary>
    public long[] Offsets { get; }

    /// <summary>Kafka's timestamp of each record, ms since 1970.</summary>
    public long[] Timestamps { get; }

    /// <summary>Number of records.</summary>
    public int Count => Offsets.Length;

    /// <summary>Whether the record has a message key.</summary>
    public bool HasKey(int row) => _keyLengths[row] >= 0;

    /// <summary>Whether the record has a value; one without is a tombstone.</summary>
    public bool HasValue(int row) => _valueLengths[row] >= 0;

    /// <summary>The message key; empty where there is none.</summary>
    public ReadOnlySpan<byte> Key(int row) => _payload.AsSpan(_starts[row], Math.Max(0, _keyLengths[row]));

    /// <summary>The value; empty where there is none.</summary>
    public ReadOnlySpan<byte> Value(int row) =>
        _payload.AsSpan(_starts[row] + Math.Max(0, _keyLengths[row]), Math.Max(0, _valueLengths[row]));
}
