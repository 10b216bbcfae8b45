namespace StreamLearn.Streams.Influx.Sending;

/// <summary>Lines of a batch that are sent in one request.</summary>
/// <param name="Lines">The lines, each with its line feed.</param>
/// <param name="Points">How many.</param>
/// <param name="IsSuspect">Whether it is of lines that failed together, while others went through.</param>
internal readonly record struct LinePiece(ReadOnlyMemory<byte> Lines, int Points, bool IsSuspect = false)
{
    private const byte LineFeed = (byte)'\n';

    /// <summary>Cuts after so many lines; there are more.</summary>
    internal (LinePiece First, LinePiece Second) CutAfter(int lines)
    {
        var at = Start(lines);
        return (this with { Lines = Lines[..at], Points = lines }, this with { Lines = Lines[at..], Points = Points - lines });
    }

    /// <summary>Cuts after half of the lines; there are at least two.</summary>
    internal (LinePiece First, LinePiece Second) Halves() => CutAfter(Points / 2);

    /// <summary>One of the lines, numbers from 0.</summary>
    internal LinePiece Line(int number)
    {
        var start = Start(number);
        return this with { Lines = Lines.Slice(start, Lines.Span[start..].IndexOf(LineFeed) + 1), Points = 1 };
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

        return this with { Lines = rest.AsMemory(0, used), Points = points };
    }

    private int Start(int line)
    {
        var at = 0;
        for (var before = 0; before < line; before++)
        {
            at += Lines.Span[at..].IndexOf(LineFeed) + 1;
        }

        return at;
    }
}
