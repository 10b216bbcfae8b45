using System.Text.Json;
using System.Text.Unicode;

namespace StreamLearn.Streams.Codecs;

/// <summary>Unescaped text of JSON in a buffer that is used again.</summary>
internal sealed class JsonText
{
    private byte[] _bytes = new byte[512];
    private int _length;

    /// <summary>The text that was read last.</summary>
    internal ReadOnlySpan<byte> Text => _bytes.AsSpan(0, _length);

    /// <summary>Reads text; false where it is no Unicode.</summary>
    internal bool TryRead(in Utf8JsonReader reader) => TryRead(in reader, out _);

    /// <summary>The same, with the text to be changed.</summary>
    internal bool TryRead(in Utf8JsonReader reader, out Span<byte> text)
    {
        _length = 0;
        return TryAppend(in reader, out text);
    }

    /// <summary>Reads a name or an id: text, or a whole number as it is written.</summary>
    /// <returns>The reason why it is none; null: it is one, if it is not empty, too long or no UTF-8.</returns>
    internal string? ReadName(in Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return TryRead(in reader) ? null : DeadLetterReason.BadId;
            case JsonTokenType.Number when reader.TryGetInt64(out _) || reader.TryGetUInt64(out _):
                _length = 0;
                Append(reader.ValueSpan);
                return null;
            default:
                return DeadLetterReason.WrongType;
        }
    }

    /// <summary>Reads an id: such a name, from 1 to <see cref="DeadLetterReason.MaxIdBytes"/> bytes of UTF-8.</summary>
    /// <returns>The reason why it is none; null: it is one.</returns>
    internal string? ReadId(in Utf8JsonReader reader) => ReadName(in reader) ?? IdProblem();

    /// <summary>Takes an id from text of CSV.</summary>
    /// <inheritdoc cref="ReadId(in Utf8JsonReader)" path="/returns"/>
    internal string? ReadId(in CsvLine line)
    {
        _length = 0;
        _length = line.Unquote(Room(line.Field.Length));
        return IdProblem();
    }

    /// <summary>Adds text behind what is there; false where it is no Unicode.</summary>
    internal bool TryAppend(in Utf8JsonReader reader, out Span<byte> added)
    {
        added = default;
        if (!JsonFields.TryCopy(in reader, Room(reader.ValueSpan.Length), out var length))
        {
            return false;
        }

        added = _bytes.AsSpan(_length, length);
        _length += length;
        return true;
    }

    /// <summary>Adds bytes behind what is there.</summary>
    internal void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    private string? IdProblem() => _length is > 0 and <= DeadLetterReason.MaxIdBytes && Utf8.IsValid(Text) ? null : DeadLetterReason.BadId;

    private Span<byte> Room(int bytes)
    {
        if (_length + bytes > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_length + bytes, 2 * _bytes.Length));
        }

        return _bytes.AsSpan(_length);
    }
}
