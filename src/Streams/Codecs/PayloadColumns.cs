using System.Globalization;
using System.Text;
using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Codecs;

/// <summary>Where decoders of tasks with payloads put records, one after the other. Its buffers are used again for the next batch.</summary>
/// <typeparam name="TWriter">Writes the payloads of the task.</typeparam>
/// <param name="keyField">Field of the key; empty: the Kafka message key.</param>
/// <param name="timeField">Field of the event time; empty: Kafka's timestamp.</param>
/// <param name="maxJump">How far an event time may lie after Kafka's timestamp, in milliseconds; 0: as far as it likes.</param>
/// <param name="oneKey">Whether, without a field of the key, all records are of one key: message keys say something else.</param>
internal sealed class PayloadColumns<TWriter>(string keyField, string timeField, long maxJump, bool oneKey = false) : RecordColumns(keyField, timeField, oneKey)
    where TWriter : PayloadWriter, new()
{
    private const int LongestTopic = 200;

    private readonly string _timeField = timeField;
    private readonly TWriter _payloads = new();
    private readonly byte[] _id = new byte[DeadLetterReason.MaxIdBytes];
    private int[] _payloadEnds = [];
    private RecordOrigin? _origin;

    /// <summary>Takes the record's payload. What is written and not committed is forgotten.</summary>
    internal TWriter Payloads => _payloads;

    /// <summary>The batch that is decoded.</summary>
    internal RecordBatch Batch => Records;

    /// <summary>The record in it.</summary>
    internal int BatchRow => Row;

    internal void Start(RecordBatch records)
    {
        StartRecords(records);
        _payloads.Truncate(0);
        if (_payloadEnds.Length < records.Count)
        {
            _payloadEnds = new int[records.Count];
        }
    }

    internal void Begin(int row) => BeginRecord(row);

    /// <summary>Takes from Kafka what no field has said, and says what is wrong with key or time.</summary>
    /// <param name="optionalTime">Whether a record without a time has Kafka's timestamp.</param>
    internal (string Reason, string Field)? Complete(bool optionalTime)
    {
        var taken = TryTakeFromKafka() && (HasTime || !optionalTime || TryTakeTimestamp());
        return !taken ? (DeadLetterReason.BadTime, _timeField)
            : KeyOrTimeProblem() ?? (IsJump() ? (DeadLetterReason.TimeJump, _timeField) : null);
    }

    /// <summary>Whether the record says that it is from long after it was written: it would end the waiting of all that waits in its key.</summary>
    private bool IsJump() => maxJump > 0 && Records.Timestamps[Row] > 0 && Time - Records.Timestamps[Row] > maxJump;

    /// <summary>Takes the record, whose payload has been written.</summary>
    internal void Commit()
    {
        _payloadEnds[Count] = _payloads.Length;
        Accept(ExampleKind.Example);
    }

    /// <summary>Takes a record without a value.</summary>
    internal void CommitTombstone()
    {
        if (TryTakeTombstone())
        {
            _payloadEnds[Count] = _payloads.Length;
            Accept(ExampleKind.Tombstone);
        }
    }

    /// <summary>An id for a record that has none: where it is, topic, partition and offset. The same for each copy of the record.</summary>
    internal ReadOnlySpan<byte> OriginId()
    {
        _origin = Records.OriginOf(Row, out var offset, _origin);
        var length = 0;
        if (Encoding.UTF8.GetByteCount(_origin.Topic) <= LongestTopic)
        {
            length = Encoding.UTF8.GetBytes(_origin.Topic, _id);
            _id[length++] = (byte)'-';
        }

        _origin.Partition.TryFormat(_id.AsSpan(length), out var written, provider: CultureInfo.InvariantCulture);
        length += written;
        _id[length++] = (byte)'-';
        offset.TryFormat(_id.AsSpan(length), out written, provider: CultureInfo.InvariantCulture);
        return _id.AsSpan(0, length + written);
    }

    internal DecodedBatch Finish() => Finish([], 0, payloads: _payloads.Written.ToArray(), payloadEnds: _payloadEnds[..Count]);
}
