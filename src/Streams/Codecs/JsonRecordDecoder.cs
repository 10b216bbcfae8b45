using System.Text;
using System.Text.Json;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Codecs;

/// <summary>
/// Records that are JSON objects in UTF-8, one a message. Unknown fields are ignored, and so is a null; where a field stands twice, the
/// last value counts, but each must be one. Keys are text or whole numbers; times numbers or ISO 8601 text; values and features numbers.
/// </summary>
public sealed class JsonRecordDecoder : IRecordDecoder
{
    private readonly RecordSchema _schema;
    private readonly ExampleColumns _columns;
    private readonly byte[] _key;
    private readonly byte[] _time;
    private readonly byte[][] _numbers;

    public JsonRecordDecoder(RecordSchema schema)
    {
        _schema = schema;
        _columns = new ExampleColumns(schema);
        _key = Encoding.UTF8.GetBytes(schema.Key);
        _time = Encoding.UTF8.GetBytes(schema.Time);
        _numbers = [Encoding.UTF8.GetBytes(schema.Value), .. schema.Features.Select(Encoding.UTF8.GetBytes)];
    }

    /// <inheritdoc/>
    public DecodedBatch Decode(RecordBatch records)
    {
        _columns.Start(records);
        for (var row = 0; row < records.Count; row++)
        {
            _columns.Begin(row);
            if (records.HasValue(row))
            {
                DecodeValue(records.Value(row));
            }
            else
            {
                _columns.CommitTombstone();
            }
        }

        return _columns.Finish();
    }

    private void DecodeValue(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            if (ReadObject(ref reader) is { } problem)
            {
                _columns.Refuse(problem.Reason, problem.Field);
            }
            else
            {
                _columns.Commit();
            }
        }
        catch (JsonException)
        {
            _columns.Refuse(DeadLetterReason.Malformed, "");
        }
    }

    private (string Reason, string Field)? ReadObject(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return (DeadLetterReason.Malformed, "");
        }

        (string, string)? problem = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // A field may have several meanings, as when a value is also a feature.
            var isKey = _key.Length > 0 && JsonFields.IsNamed(in reader, _key);
            var isTime = _time.Length > 0 && JsonFields.IsNamed(in reader, _time);
            var number = NextNumber(in reader, from: 0);
            var name = reader;
            reader.Read();
            if (reader.TokenType is JsonTokenType.Null)
            {
                continue;
            }

            if (isKey)
            {
                problem ??= JsonFields.ReadKey(ref reader, _columns, _schema.Key);
            }

            if (isTime)
            {
                problem ??= JsonFields.ReadTime(ref reader, _columns, _schema.TimeUnit, _schema.Time);
            }

            for (; number >= 0; number = NextNumber(in name, number + 1))
            {
                problem ??= ReadNumber(ref reader, number);
            }

            reader.Skip();
        }

        // Whatever follows the object makes the record malformed: reading on throws.
        reader.Read();
        return problem;
    }

    /// <summary>Which number the property at the reader is, from a column on; -1: none.</summary>
    private int NextNumber(in Utf8JsonReader reader, int from)
    {
        for (var column = from; column < _numbers.Length; column++)
        {
            if (JsonFields.IsNamed(in reader, _numbers[column]))
            {
                return column;
            }
        }

        return -1;
    }

    private (string Reason, string Field)? ReadNumber(ref Utf8JsonReader reader, int column)
    {
        if (reader.TokenType != JsonTokenType.Number)
        {
            return (DeadLetterReason.WrongType, FieldOf(column));
        }

        if (!reader.TryGetDouble(out var number) || !double.IsFinite(number))
        {
            return (DeadLetterReason.NotFinite, FieldOf(column));
        }

        if (column == 0 && _columns.ReadsCounter)
        {
            var read = reader.TryGetUInt64(out var reading) ? _columns.TrySetReading(reading) : _columns.TrySetReading(number);
            return read ? null : (DeadLetterReason.BadCounter, _schema.Value);
        }

        _columns.SetNumber(column, number);
        return null;
    }

    private string FieldOf(int column) => column == 0 ? _schema.Value : _schema.Features[column - 1];
}
