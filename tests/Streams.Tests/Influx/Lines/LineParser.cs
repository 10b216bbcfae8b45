using System.Globalization;
using System.Text;

namespace StreamLearn.Streams.Tests.Influx.Lines;

/// <summary>
/// Reads line protocol by the rules of its documentation, and knows nothing of the encoder. Strict: what the rules do not allow is an error.
/// </summary>
internal sealed class LineParser
{
    private readonly string _line;
    private int _at;

    private LineParser(string line) => _line = line;

    public static IReadOnlyList<ParsedPoint> All(ReadOnlySpan<byte> lines)
    {
        var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(lines);
        Assert.True(text.Length == 0 || text[^1] == '\n', "The last line has no line feed.");
        return [.. text.Split('\n')[..^1].Select(line => new LineParser(line).Point())];
    }

    private ParsedPoint Point()
    {
        Assert.False(_line.StartsWith('#'), $"A comment: {_line}");
        var measurement = Name(escaped: ", ", end: ", ");
        var tags = new List<(string, string)>();
        while (Next() == ',')
        {
            _at++;
            var key = Name(escaped: ",= ", end: "=");
            _at++;
            tags.Add((key, Name(escaped: ",= ", end: ", ")));
        }

        var fields = new List<(string, object)>();
        do
        {
            _at++;
            var key = Name(escaped: ",= ", end: "=");
            _at++;
            fields.Add((key, Value()));
        }
        while (Next() == ',');

        Assert.Equal(' ', Next());
        return new ParsedPoint(measurement, tags, fields, long.Parse(_line.AsSpan(_at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
    }

    private char Next()
    {
        Assert.True(_at < _line.Length, $"The line ends early: {_line}");
        return _line[_at];
    }

    private string Name(string escaped, string end)
    {
        var name = new StringBuilder();
        while (!end.Contains(Next()))
        {
            Assert.False(escaped.Contains(Next()), $"'{Next()}' at {_at} is not escaped: {_line}");
            if (Next() == '\\' && _at + 1 < _line.Length && escaped.Contains(_line[_at + 1]))
            {
                _at++;
            }
            else if (Next() == '\\')
            {
                // Some servers take two for one; and one at the end would escape what comes next.
                Assert.True(_at + 1 < _line.Length && _line[_at + 1] != '\\' && !end.Contains(_line[_at + 1]), $"A backslash at {_at} has two meanings: {_line}");
            }

            name.Append(Next());
            _at++;
        }

        Assert.True(name.Length > 0, $"A name at {_at} is empty: {_line}");
        return name.ToString();
    }

    private object Value()
    {
        if (Next() == '"')
        {
            return Text();
        }

        var start = _at;
        while (Next() is not (',' or ' '))
        {
            _at++;
        }

        var word = _line[start.._at];
        return word switch
        {
            "true" => true,
            "false" => false,
            [.. var digits, 'i'] => long.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
            [.. var digits, 'u'] => ulong.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture),
            _ => double.Parse(word, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
    }

    private string Text()
    {
        var text = new StringBuilder();
        for (_at++; Next() != '"'; _at++)
        {
            if (Next() == '\\')
            {
                _at++;
                Assert.True(Next() is '"' or '\\', $"'{Next()}' at {_at} needs no backslash: {_line}");
            }

            text.Append(Next());
        }

        _at++;
        return text.ToString();
    }
}
