using System.Text.Unicode;
using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Codecs;

/// <summary>
/// What decoders of every task read off records: keys, times, kinds, and what is refused. One record after the other; its buffers are used
/// again for the next batch.
/// </summary>
/// <param name="keyField">Field of the key; empty: the Kafka message key.</param>
/// <param name="timeField">Field of the event time; empty: Kafka's timestamp.</param>
/// <param name="oneKey">Whether, without a field of the key, all records are of one key, whatever their message keys are.</param>
internal abstract class RecordColumns(string keyField, string timeField, bool oneKey = false)
{
    private static readonly byte[] OnlySeries = "series"u8.ToArray();

    private readonly List<DeadLetter> _deadLetters = [];
    private int[] _rows = [];
    private long[] _times = [];
    private TimeUnit[] _timeForms = [];
    private ExampleKind[] _kinds = [];
    private int[] _keyEnds = [];
    private byte[] _keyBytes = new byte[1024];
    private int _keyStart;
    private int _keyEnd;
    private int _mismatches;
    private bool _hasKey;
    private bool _hasTime;

    /// <summary>The batch that is decoded.</summary>
    protected RecordBatch Records { get; private set; } = null!;

    /// <summary>The record that is decoded.</summary>
    protected int Row { get; private set; }

    /// <summary>Examples so far.</summary>
    protected int Count { get; private set; }

    /// <summary>Whether the record's time is known.</summary>
    internal bool HasTime => _hasTime;

    /// <summary>The record's time, once it is known.</summary>
    protected long Time => _times[Count];

    /// <summary>Room for a key of at most that many bytes; <see cref="SetKeyLength"/> says how many it has.</summary>
    internal Span<byte> KeyRoom(int bytes)
    {
        if (_keyStart + bytes > _keyBytes.Length)
        {
            Array.Resize(ref _keyBytes, Math.Max(_keyStart + bytes, _keyBytes.Length * 2));
        }

        return _keyBytes.AsSpan(_keyStart, bytes);
    }

    internal void SetKeyLength(int bytes)
    {
        _keyEnd = _keyStart + bytes;
        _hasKey = true;
    }

    internal void SetKey(ReadOnlySpan<byte> key)
    {
        key.CopyTo(KeyRoom(key.Length));
        SetKeyLength(key.Length);
    }

    internal void SetTime(long milliseconds, TimeUnit form)
    {
        _times[Count] = milliseconds;
        _timeForms[Count] = form;
        _hasTime = true;
    }

    internal void Refuse(string reason, string field) => _deadLetters.Add(new DeadLetter(Row, reason, field));

    protected void StartRecords(RecordBatch records)
    {
        Records = records;
        Count = 0;
        _keyStart = 0;
        _mismatches = 0;
        _deadLetters.Clear();
        if (_rows.Length < records.Count)
        {
            _rows = new int[records.Count];
            _times = new long[records.Count];
            _timeForms = new TimeUnit[records.Count];
            _kinds = new ExampleKind[records.Count];
            _keyEnds = new int[records.Count];
        }
    }

    protected void BeginRecord(int row)
    {
        Row = row;
        _keyEnd = _keyStart;
        _hasKey = false;
        _hasTime = false;
    }

    /// <summary>Takes from Kafka what no field says.</summary>
    /// <returns>Whether Kafka's timestamp, where it is the time, is an instant.</returns>
    protected bool TryTakeFromKafka()
    {
        if (keyField.Length == 0)
        {
            SetKey(Records.HasKey(Row) && !oneKey ? Records.Key(Row) : OnlySeries);
        }

        if (timeField.Length > 0)
        {
            return true;
        }

        return TryTakeTimestamp();
    }

    /// <summary>Takes Kafka's timestamp as the time; false where it is no instant.</summary>
    protected bool TryTakeTimestamp()
    {
        if (!EventTime.TryFromWhole(Records.Timestamps[Row], TimeUnit.Milliseconds, out var timestamp, out var form))
        {
            return false;
        }

        SetTime(timestamp, form);
        return true;
    }

    /// <summary>What is wrong with the key or the time; null: nothing.</summary>
    protected (string Reason, string Field)? KeyOrTimeProblem()
    {
        if (!_hasKey)
        {
            return (DeadLetterReason.MissingField, keyField);
        }

        if (!IsKeyUsable())
        {
            return (DeadLetterReason.BadKey, keyField);
        }

        return _hasTime ? null : (DeadLetterReason.MissingField, timeField);
    }

    /// <summary>Takes key and time of a record without a value: its message key says which learner is to be forgotten.</summary>
    /// <returns>Whether it is a tombstone; else it has been refused.</returns>
    protected bool TryTakeTombstone()
    {
        // Where all records are of one key, message keys name something else: a null value without one is about that key.
        if (oneKey ? Records.HasKey(Row) : !Records.HasKey(Row))
        {
            Refuse(oneKey ? DeadLetterReason.BadKey : DeadLetterReason.MissingField, keyField);
            return false;
        }

        SetKey(oneKey ? OnlySeries : Records.Key(Row));
        if (!IsKeyUsable())
        {
            Refuse(DeadLetterReason.BadKey, keyField);
            return false;
        }

        // A tombstone is obeyed whatever the producer has put as its time.
        SetTime(Math.Clamp(Records.Timestamps[Row], -EventTime.Largest, EventTime.Largest), TimeUnit.Milliseconds);
        return true;
    }

    protected void Accept(ExampleKind kind)
    {
        if (kind == ExampleKind.Example && (!Records.HasKey(Row) || !Records.Key(Row).SequenceEqual(Key())))
        {
            _mismatches++;
        }

        _kinds[Count] = kind;
        _rows[Count] = Row;
        _keyEnds[Count] = _keyEnd;
        _keyStart = _keyEnd;
        Count++;
    }

    /// <summary>The batch, with what the task has besides.</summary>
    protected DecodedBatch Finish(double[] values, int width, ulong[]? readings = null, byte[]? payloads = null, int[]? payloadEnds = null) => new(
        Records,
        new ExampleBatch(
            Offsets(), _times[..Count], _kinds[..Count], _keyBytes[.._keyStart], _keyEnds[..Count], values, width, readings,
            payloads: payloads, payloadEnds: payloadEnds),
        _rows[..Count],
        _timeForms[..Count],
        [.. _deadLetters],
        _mismatches);

    private Span<byte> Key() => _keyBytes.AsSpan(_keyStart, _keyEnd - _keyStart);

    private bool IsKeyUsable() => Key().Length is > 0 and <= DeadLetterReason.MaxKeyBytes && Utf8.IsValid(Key());

    private long[] Offsets()
    {
        var offsets = new long[Count];
        for (var i = 0; i < Count; i++)
        {
            offsets[i] = Records.Offsets[_rows[i]];
        }

        return offsets;
    }
}
