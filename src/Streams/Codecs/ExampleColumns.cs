using System.Text.Unicode;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Codecs;

/// <summary>
/// Where decoders put the fields of records, one record after the other: <see cref="Begin"/>, the fields, then <see cref="Commit"/>,
/// <see cref="CommitTombstone"/> or <see cref="Refuse"/>. Its buffers are used again for the next batch.
/// </summary>
internal sealed class ExampleColumns
{
    private static readonly byte[] OnlySeries = "series"u8.ToArray();

    private readonly RecordSchema _schema;
    private readonly int _width;
    private readonly List<DeadLetter> _deadLetters = [];
    private readonly bool[] _seen;
    private RecordBatch _records = null!;
    private int[] _rows = [];
    private long[] _times = [];
    private TimeUnit[] _timeForms = [];
    private ExampleKind[] _kinds = [];
    private int[] _keyEnds = [];
    private double[] _values = [];

    // Counters only.
    private ulong[] _readings = [];
    private byte[] _keyBytes = new byte[1024];
    private int _count;
    private int _keyStart;
    private int _keyEnd;
    private int _row;
    private int _mismatches;
    private bool _hasKey;
    private bool _hasTime;

    internal ExampleColumns(RecordSchema schema)
    {
        _schema = schema;
        _width = 1 + schema.Features.Count;
        _seen = new bool[_width];
    }

    /// <summary>Whether the value is a counter.</summary>
    internal bool ReadsCounter => _schema.ValueKind != ValueKind.Gauge;

    internal void Start(RecordBatch records)
    {
        _records = records;
        _count = 0;
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
            _values = new double[records.Count * _width];
            _readings = new ulong[ReadsCounter ? records.Count : 0];
        }
    }

    internal void Begin(int row)
    {
        _row = row;
        _keyEnd = _keyStart;
        _hasKey = false;
        _hasTime = false;
        Array.Clear(_seen);
    }

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
        _times[_count] = milliseconds;
        _timeForms[_count] = form;
        _hasTime = true;
    }

    /// <summary>Sets a number of the record: 0 is the value, then the features.</summary>
    internal void SetNumber(int column, double number)
    {
        _values[(_count * _width) + column] = number;
        _seen[column] = true;
    }

    /// <summary>Sets the value to what a counter says.</summary>
    /// <returns>Whether a counter of its bits can say that.</returns>
    internal bool TrySetReading(ulong reading)
    {
        if (_schema.ValueKind == ValueKind.Counter32 && reading > uint.MaxValue)
        {
            return false;
        }

        _readings[_count] = reading;
        SetNumber(0, reading);
        return true;
    }

    /// <summary>The same with a number that was written with a point or an exponent, as 12.0.</summary>
    internal bool TrySetReading(double number)
    {
        // 2^64, the first number that 64 bits do not hold.
        const double TooLarge = 18446744073709551616.0;
        return number >= 0 && number < TooLarge && number == Math.Floor(number) && TrySetReading((ulong)number);
    }

    internal void Refuse(string reason, string field) => _deadLetters.Add(new DeadLetter(_row, reason, field));

    /// <summary>Takes the record as an example if nothing is missing in it, else as a dead letter.</summary>
    internal void Commit()
    {
        if (_schema.Key.Length == 0)
        {
            SetKey(_records.HasKey(_row) ? _records.Key(_row) : OnlySeries);
        }

        if (_schema.Time.Length == 0)
        {
            if (!EventTime.TryFromWhole(_records.Timestamps[_row], TimeUnit.Milliseconds, out var timestamp, out var form))
            {
                Refuse(DeadLetterReason.BadTime, _schema.Time);
                return;
            }

            SetTime(timestamp, form);
        }

        if (FirstProblem() is { } problem)
        {
            Refuse(problem.Reason, problem.Field);
            return;
        }

        if (!_records.HasKey(_row) || !_records.Key(_row).SequenceEqual(_keyBytes.AsSpan(_keyStart, _keyEnd - _keyStart)))
        {
            _mismatches++;
        }

        Accept(ExampleKind.Example);
    }

    /// <summary>Takes a record without a value: its message key says which learner is to be forgotten.</summary>
    internal void CommitTombstone()
    {
        if (!_records.HasKey(_row))
        {
            Refuse(DeadLetterReason.MissingField, _schema.Key);
            return;
        }

        SetKey(_records.Key(_row));
        if (!IsKeyUsable())
        {
            Refuse(DeadLetterReason.BadKey, _schema.Key);
            return;
        }

        // A tombstone is obeyed whatever the producer has put as its time.
        SetTime(Math.Clamp(_records.Timestamps[_row], -EventTime.Largest, EventTime.Largest), TimeUnit.Milliseconds);
        _values.AsSpan(_count * _width, _width).Clear();
        if (ReadsCounter)
        {
            _readings[_count] = 0;
        }

        Accept(ExampleKind.Tombstone);
    }

    internal DecodedBatch Finish() => new(
        _records,
        new ExampleBatch(
            Offsets(), _times[.._count], _kinds[.._count], _keyBytes[.._keyStart], _keyEnds[.._count], _values[..(_count * _width)], _width,
            ReadsCounter ? _readings[.._count] : []),
        _rows[.._count],
        _timeForms[.._count],
        [.. _deadLetters],
        _mismatches);

    private bool IsKeyUsable()
    {
        var key = _keyBytes.AsSpan(_keyStart, _keyEnd - _keyStart);
        return key.Length is > 0 and <= DeadLetterReason.MaxKeyBytes && Utf8.IsValid(key);
    }

    private (string Reason, string Field)? FirstProblem()
    {
        if (!_hasKey)
        {
            return (DeadLetterReason.MissingField, _schema.Key);
        }

        if (!IsKeyUsable())
        {
            return (DeadLetterReason.BadKey, _schema.Key);
        }

        if (!_hasTime)
        {
            return (DeadLetterReason.MissingField, _schema.Time);
        }

        for (var column = 0; column < _width; column++)
        {
            if (!_seen[column])
            {
                return (DeadLetterReason.MissingField, column == 0 ? _schema.Value : _schema.Features[column - 1]);
            }
        }

        return null;
    }

    private void Accept(ExampleKind kind)
    {
        _kinds[_count] = kind;
        _rows[_count] = _row;
        _keyEnds[_count] = _keyEnd;
        _keyStart = _keyEnd;
        _count++;
    }

    private long[] Offsets()
    {
        var offsets = new long[_count];
        for (var i = 0; i < _count; i++)
        {
            offsets[i] = _records.Offsets[_rows[i]];
        }

        return offsets;
    }
}
