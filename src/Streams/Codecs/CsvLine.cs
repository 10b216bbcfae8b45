namespace StreamLearn.Streams.Codecs;

/// <summary>One line of CSV (RFC 4180: fields may stand in double quotes, a quote in them doubled), read field by field in UTF-8.</summary>
internal ref struct CsvLine(ReadOnlySpan<byte> line, byte separator)
{
    private const byte Quote = (byte)'"';

    private ReadOnlySpan<byte> _rest = line;
    private bool _done;

    /// <summary>The current field; one with doubled quotes keeps them (<see cref="Unquote"/>).</summary>
    internal ReadOnlySpan<byte> Field { get; private set; }

    /// <summary>Whether the current field stood in quotes.</summary>
    internal bool Quoted { get; private set; }

    /// <summary>Whether a quote was not closed, or something followed it.</summary>
    internal bool Malformed { get; private set; }

    /// <summary>Goes to the next field; false behind the last.</summary>
    internal bool MoveNext()
    {
        if (_done)
        {
            return false;
        }

        Quoted = !_rest.IsEmpty && _rest[0] == Quote;
        var closing = Quoted ? ClosingQuote() : 0;
        var length = _rest[closing..].IndexOf(separator);
        length = length < 0 ? _rest.Length : closing + length;

        var raw = _rest[..length];
        _done = length == _rest.Length;
        _rest = _done ? default : _rest[(length + 1)..];
        Malformed |= Quoted && closing != raw.Length - 1;
        Field = Quoted && !Malformed ? raw[1..^1] : raw.Trim((byte)' ');
        return true;
    }

    /// <summary>Writes the current field without doubled quotes and returns its length.</summary>
    internal readonly int Unquote(Span<byte> destination)
    {
        var length = 0;
        for (var i = 0; i < Field.Length; i++)
        {
            destination[length++] = Field[i];
            if (Quoted && Field[i] == Quote && i + 1 < Field.Length && Field[i + 1] == Quote)
            {
                i++;
            }
        }

        return length;
    }

    /// <summary>Index of the quote that closes the field at the front; the length of the line where there is none.</summary>
    private readonly int ClosingQuote()
    {
        var i = 1;
        while (i < _rest.Length)
        {
            if (_rest[i] != Quote)
            {
                i++;
            }
            else if (i + 1 < _rest.Length && _rest[i + 1] == Quote)
            {
                i += 2;
            }
            else
            {
                return i;
            }
        }

        return _rest.Length;
    }
}
