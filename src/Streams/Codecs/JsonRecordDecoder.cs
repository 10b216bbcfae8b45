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
    /// <summary>Bytes that one character takes as <c>\uXXXX</c>.</summary>
    private const int LongestEscape = 6;

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
            var isKey = _key.Length > 0 && IsNamed(in reader, _key);
            var isTime = _time.Length > 0 && IsNamed(in reader, _time);
            var number = NextNumber(in reader, from: 0);
            var name = reader;
            reader.Read();
            if (reader.TokenType is JsonTokenType.Null)
            {
                continue;
            }

            if (isKey)
            {
                problem ??= ReadKey(ref reader);
            }

            if (isTime)
            {
                problem ??= ReadTime(ref reader);
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
            if (IsNamed(in reader, _numbers[column]))
            {
                return column;
            }
        }

        return -1;
    }

    /// <summary>Whether the property at the reader has a name. One that is no Unicode, as <c>"\ud800"</c>, has none.</summary>
    private static bool IsNamed(in Utf8JsonReader reader, byte[] name)
    {
        try
        {
            return reader.ValueTextEquals(name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Unescapes text; false where it is no Unicode.</summary>
    private static bool TryCopy(in Utf8JsonReader reader, scoped Span<byte> destination, out int length)
    {
        try
        {
            length = reader.CopyString(destination);
            return true;
        }
        catch (InvalidOperationException)
        {
            length = 0;
            return false;
        }
    }

    private (string Reason, string Field)? ReadKey(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                if (!TryCopy(in reader, _columns.KeyRoom(reader.ValueSpan.Length), out var length))
                {
                    return (DeadLetterReason.BadKey, _schema.Key);
                }

                _columns.SetKeyLength(length);
                return null;
            case JsonTokenType.Number when reader.TryGetInt64(out _):
                _columns.SetKey(reader.ValueSpan);
                return null;
            default:
                return (DeadLetterReason.WrongType, _schema.Key);
        }
    }

    private (string Reason, string Field)? ReadTime(ref Utf8JsonReader reader)
    {
        long milliseconds;
        TimeUnit form;
        switch (reader.TokenType)
        {
            case JsonTokenType.Number when reader.TryGetInt64(out var whole):
                if (!EventTime.TryFromWhole(whole, _schema.TimeUnit, out milliseconds, out form))
                {
                    return (DeadLetterReason.BadTime, _schema.Time);
                }

                break;
            case JsonTokenType.Number:
                if (!reader.TryGetDouble(out var number) || !EventTime.TryFromNumber(number, _schema.TimeUnit, out milliseconds, out form))
                {
                    return (DeadLetterReason.BadTime, _schema.Time);
                }

                break;
            case JsonTokenType.String:
                form = TimeUnit.Iso;
                milliseconds = 0;

                // .NET's own serialiser, for one, writes the + of an offset as \u002B.
                var escaped = reader.ValueIsEscaped && reader.ValueSpan.Length <= EventTime.LongestText * LongestEscape;
                Span<byte> plain = stackalloc byte[EventTime.LongestText * LongestEscape];
                var length = 0;
                if ((escaped && !TryCopy(in reader, plain, out length))
                    || !EventTime.TryFromIso(escaped ? plain[..length] : reader.ValueSpan, out milliseconds))
                {
                    return (DeadLetterReason.BadTime, _schema.Time);
                }

                break;
            default:
                return (DeadLetterReason.WrongType, _schema.Time);
        }

        _columns.SetTime(milliseconds, form);
        return null;
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
