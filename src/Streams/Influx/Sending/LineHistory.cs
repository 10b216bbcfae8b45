namespace StreamLearn.Streams.Influx.Sending;

/// <summary>
/// What a server has done with lines so far: one that it has taken, by which it can be told later whether it takes any, and those that it has refused since.
/// </summary>
internal sealed class LineHistory
{
    private const byte LineFeed = (byte)'\n';

    private byte[] _taken = [];
    private int _length;
    private string _words = "";
    private int _refused;

    /// <summary>A line that it has taken; null: none yet. Writing it again changes nothing.</summary>
    internal LinePiece? Taken => _length > 0 ? new LinePiece(_taken.AsMemory(0, _length), 1) : null;

    /// <summary>It has taken these lines.</summary>
    internal void OnTaken(LinePiece piece)
    {
        _refused = 0;
        var lines = piece.Lines.Span;
        var last = lines[(lines[..^1].LastIndexOf(LineFeed) + 1)..];
        if (_taken.Length < last.Length)
        {
            _taken = new byte[last.Length];
        }

        last.CopyTo(_taken);
        _length = last.Length;
    }

    /// <summary>It has refused lines that were sent alone.</summary>
    /// <param name="words">What it says.</param>
    /// <param name="lines">How many it says it of.</param>
    /// <returns>How many it has refused with the same words since it has last taken one.</returns>
    internal int OnRefused(string words, int lines)
    {
        _refused = words == _words ? _refused + lines : lines;
        _words = words;
        return _refused;
    }
}
