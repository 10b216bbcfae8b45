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
        Require(_at < _line.Length, "the line ends early");
        return _line[_at];
    }

    private string Name(string escaped, string end)
    {
        var name = new StringBuilder();
        while (!end.Contains(Next()))
        {
            Require(!escaped.Contains(Next()), "not escaped");
            if (Next() == '\\' && _at + 1 < _line.Length && escaped.Contains(_line[_at + 1]))
            {
                _at++;
            }
            else if (Next() == '\\')
            {
                // Some servers take two for one; and one at the end would escape what comes next.
                Require(_at + 1 < _line.Length && _line[_at + 1] != '\\' && !end.Contains(_line[_at + 1]), "a backslash with two meanings");
            }

            name.Append(Next());
            _at++;
        }

        Require(name.Length > 0, "an empty name");
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
                Require(Next() is '"' or '\\', "a backslash that is not needed");
            }

            text.Append(Next());
        }

        _at++;
        return text.ToString();
    }

    private void Require(bool holds, string problem)
    {
        if (!holds)
        {
            Assert.Fail($"At {_at}: {problem}: {_line}");
        }
    }
}
