using System.Text.Json;

namespace StreamLearn.Streams.Codecs;

/// <summary>Reads the fields that records of every task have in JSON.</summary>
internal static class JsonFields
{
    /// <summary>Bytes that one character takes as <c>\uXXXX</c>.</summary>
    private const int LongestEscape = 6;

    /// <summary>Whether the property at the reader has a name. One that is no Unicode, as <c>"\ud800"</c>, has none.</summary>
    internal static bool IsNamed(in Utf8JsonReader reader, ReadOnlySpan<byte> name)
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
    internal static bool TryCopy(in Utf8JsonReader reader, scoped Span<byte> destination, out int length)
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

    /// <summary>Reads a key, which is text or a whole number.</summary>
    internal static (string Reason, string Field)? ReadKey(ref Utf8JsonReader reader, RecordColumns columns, string field)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                if (!TryCopy(in reader, columns.KeyRoom(reader.ValueSpan.Length), out var length))
                {
                    return (DeadLetterReason.BadKey, field);
                }

                columns.SetKeyLength(length);
                return null;
            case JsonTokenType.Number when reader.TryGetInt64(out _):
                columns.SetKey(reader.ValueSpan);
                return null;
            default:
                return (DeadLetterReason.WrongType, field);
        }
    }

    /// <summary>Reads an event time, which is a number or ISO 8601 text.</summary>
    internal static (string Reason, string Field)? ReadTime(ref Utf8JsonReader reader, RecordColumns columns, TimeUnit unit, string field)
    {
        long milliseconds;
        TimeUnit form;
        switch (reader.TokenType)
        {
            case JsonTokenType.Number when reader.TryGetInt64(out var whole):
                if (!EventTime.TryFromWhole(whole, unit, out milliseconds, out form))
                {
                    return (DeadLetterReason.BadTime, field);
                }

                break;
            case JsonTokenType.Number:
                if (!reader.TryGetDouble(out var number) || !EventTime.TryFromNumber(number, unit, out milliseconds, out form))
                {
                    return (DeadLetterReason.BadTime, field);
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
                    return (DeadLetterReason.BadTime, field);
                }

                break;
            default:
                return (DeadLetterReason.WrongType, field);
        }

        columns.SetTime(milliseconds, form);
        return null;
    }
}
