using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Codecs;

/// <summary>
/// Where decoders put the fields of records, one record after the other: <see cref="Begin"/>, the fields, then <see cref="Commit"/>,
/// <see cref="CommitTombstone"/> or <see cref="RecordColumns.Refuse"/>. Its buffers are used again for the next batch.
/// </summary>
internal sealed class ExampleColumns(RecordSchema schema) : RecordColumns(schema.Key, schema.Time)
{
    private readonly int _width = 1 + schema.Features.Count;
    private readonly bool[] _seen = new bool[1 + schema.Features.Count];
    private double[] _values = [];

    // Counters only.
    private ulong[] _readings = [];

    /// <summary>Whether the value is a counter.</summary>
    internal bool ReadsCounter => schema.ValueKind != ValueKind.Gauge;

    internal void Start(RecordBatch records)
    {
        StartRecords(records);
        if (_values.Length < records.Count * _width)
        {
            _values = new double[records.Count * _width];
            _readings = new ulong[ReadsCounter ? records.Count : 0];
        }
    }

    internal void Begin(int row)
    {
        BeginRecord(row);
        Array.Clear(_seen);
    }

    /// <summary>Sets a number of the record: 0 is the value, then the features.</summary>
    internal void SetNumber(int column, double number)
    {
        _values[(Count * _width) + column] = number;
        _seen[column] = true;
    }

    /// <summary>Sets the value to what a counter says.</summary>
    /// <returns>Whether a counter of its bits can say that.</returns>
    internal bool TrySetReading(ulong reading)
    {
        if (schema.ValueKind == ValueKind.Counter32 && reading > uint.MaxValue)
        {
            return false;
        }

        _readings[Count] = reading;
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

    /// <summary>Takes the record as an example if nothing is missing in it, else as a dead letter.</summary>
    internal void Commit()
    {
        if (!TryTakeFromKafka())
        {
            Refuse(DeadLetterReason.BadTime, schema.Time);
        }
        else if ((KeyOrTimeProblem() ?? MissingNumber()) is { } problem)
        {
            Refuse(problem.Reason, problem.Field);
        }
        else
        {
            Accept(ExampleKind.Example);
        }
    }

    /// <summary>Takes a record without a value.</summary>
    internal void CommitTombstone()
    {
        if (!TryTakeTombstone())
        {
            return;
        }

        _values.AsSpan(Count * _width, _width).Clear();
        if (ReadsCounter)
        {
            _readings[Count] = 0;
        }

        Accept(ExampleKind.Tombstone);
    }

    internal DecodedBatch Finish() => Finish(_values[..(Count * _width)], _width, ReadsCounter ? _readings[..Count] : []);

    private (string Reason, string Field)? MissingNumber()
    {
        for (var column = 0; column < _width; column++)
        {
            if (!_seen[column])
            {
                return (DeadLetterReason.MissingField, column == 0 ? schema.Value : schema.Features[column - 1]);
            }
        }

        return null;
    }
}
