using StreamLearn.Streams.Events;
using StreamLearn.Streams.Kafka;

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

    /// <summary>Where each record was copied from; empty where the records are read directly.</summary>
    public EventOrigin[] Origins { get; private init; } = [];

    /// <summary>Topics of the origins, by <see cref="EventOrigin.Source"/>.</summary>
    public IReadOnlyList<string> OriginTopics { get; private init; } = [];

    private string? AveragesTopic { get; init; }

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

    /// <summary>Topic and partition that a record was copied from, or else is in; <paramref name="offset"/>: its offset there.</summary>
    /// <param name="row">The record.</param>
    /// <param name="offset">Its offset there.</param>
    /// <param name="known">Returned where it says the same: one object serves many records.</param>
    public RecordOrigin OriginOf(int row, out long offset, RecordOrigin? known = null)
    {
        var copied = Origins.Length > 0 && Origins[row] != EventOrigin.None && Origins[row].Source is not (EventOrigin.Requests or EventOrigin.Controls);
        offset = copied ? Origins[row].Offset : Offsets[row];
        var topic = !copied ? Topic : Origins[row].Source == EventOrigin.Averages ? AveragesTopic! : OriginTopics[Origins[row].Source];
        var partition = copied ? Origins[row].Partition : Partition;
        return known?.Partition == partition && known.Topic == topic ? known : new RecordOrigin(topic, partition);
    }

    /// <summary>The records that lie in envelopes in the values of these. A record without one stays as it is.</summary>
    /// <param name="topics">Topics of the sources.</param>
    /// <param name="averages">Topic that averages of replicas are made from; null: there are none.</param>
    internal RecordBatch Unwrap(IReadOnlyList<string> topics, string? averages = null)
    {
        var timestamps = (long[])Timestamps.Clone();
        var starts = (int[])_starts.Clone();
        var keyLengths = (int[])_keyLengths.Clone();
        var valueLengths = (int[])_valueLengths.Clone();
        var origins = new EventOrigin[Count];
        for (var row = 0; row < Count; row++)
        {
            if (HasValue(row) && EventEnvelope.TryDecode(Value(row), out var envelope) && IsKnown(envelope.Origin))
            {
                origins[row] = envelope.Origin;
                timestamps[row] = envelope.Timestamp;
                starts[row] += Math.Max(0, _keyLengths[row]) + EventEnvelope.HeaderBytes;
                keyLengths[row] = envelope.HasKey ? envelope.Key.Length : -1;
                valueLengths[row] = envelope.HasValue ? envelope.Value.Length : -1;
            }
            else
            {
                origins[row] = EventOrigin.None;
            }
        }

        return new RecordBatch(Topic, Partition, Epoch, Offsets, timestamps, _payload, starts, keyLengths, valueLengths)
        {
            Origins = origins,
            OriginTopics = topics,
            AveragesTopic = averages,
        };

        bool IsKnown(EventOrigin origin) =>
            origin.ReadAs < topics.Count || origin.Source == EventOrigin.Controls || (averages is not null && origin.Source == EventOrigin.Averages);
    }

    /// <summary>Some of the records, ascending, with their origins; their bytes are shared.</summary>
    internal RecordBatch Select(ReadOnlySpan<int> rows) => new(
        Topic, Partition, Epoch, Pick(Offsets, rows), Pick(Timestamps, rows), _payload, Pick(_starts, rows), Pick(_keyLengths, rows),
        Pick(_valueLengths, rows))
    {
        Origins = Origins.Length == 0 ? [] : Pick(Origins, rows),
        OriginTopics = OriginTopics,
        AveragesTopic = AveragesTopic,
    };

    private static T[] Pick<T>(T[] column, ReadOnlySpan<int> rows)
    {
        var picked = new T[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            picked[i] = column[rows[i]];
        }

        return picked;
    }
}
