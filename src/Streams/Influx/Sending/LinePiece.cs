namespace StreamLearn.Streams.Influx.Sending;

/// <summary>Lines of a batch that are sent in one request.</summary>
/// <param name="Lines">The lines, each with its line feed.</param>
/// <param name="Points">How many.</param>
internal readonly record struct LinePiece(ReadOnlyMemory<byte> Lines, int Points)
{
    private const byte LineFeed = (byte)'\n';

    /// <summary>Cuts after half of the lines; there are at least two.</summary>
    internal (LinePiece First, LinePiece Second) Halves()
    {
        var half = Points / 2;
        var at = 0;
        for (var line = 0; line < half; line++)
        {
            at += Lines.Span[at..].IndexOf(LineFeed) + 1;
        }

        return (new LinePiece(Lines[..at], half), new LinePiece(Lines[at..], Points - half));
    }

    /// <summary>The lines that are not among <paramref name="bad"/>, numbers from 0.</summary>
    internal LinePiece Without(IReadOnlySet<int> bad)
    {
        var rest = new byte[Lines.Length];
        int used = 0, points = 0, at = 0;
        for (var line = 0; line < Points; line++)
        {
            var length = Lines.Span[at..].IndexOf(LineFeed) + 1;
            if (!bad.Contains(line))
            {
                Lines.Span.Slice(at, length).CopyTo(rest.AsSpan(used));
                used += length;
                points++;
            }

            at += length;
        }

        return new LinePiece(rest.AsMemory(0, used), points);
    }
}
