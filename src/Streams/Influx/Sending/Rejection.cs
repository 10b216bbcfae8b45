using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace StreamLearn.Streams.Influx.Sending;

/// <summary>What a server says about lines that it does not take.</summary>
/// <param name="Message">Its words.</param>
/// <param name="IsPartial">Whether the other lines are written.</param>
/// <param name="Lost">With a partial write: how many are not.</param>
/// <param name="Lines">Numbers from 0 of the lines that it names as bad; there may be more.</param>
internal sealed partial record Rejection(string Message, bool IsPartial, int Lost, IReadOnlySet<int> Lines)
{
    private const string Unparsed = "unable to parse '";
    private const string Partial = "partial write";

    /// <summary>Reads an answer.</summary>
    /// <param name="body">As InfluxDB 1.x (<c>{"error": "..."}</c>), 2 (<c>{"message": "...", "line": 3}</c>) and 3 (<c>"data": [{"line_number": 3}]</c>)
    /// write it, or any text.</param>
    /// <param name="piece">The lines that were sent.</param>
    internal static Rejection Read(string body, LinePiece piece)
    {
        var numbers = new List<int>();
        var message = WordsOf(body, numbers);
        var partial = message.IndexOf(Partial, StringComparison.Ordinal);

        // A line that is quoted may have the words too.
        var quoted = message.IndexOf('\'', StringComparison.Ordinal);
        if (partial >= 0 && (quoted < 0 || partial < quoted))
        {
            var dropped = Dropped().Matches(message).Sum(match => int.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var count) ? (long)count : 0);
            var unparsed = Count(message, Unparsed);
            return new Rejection(message, IsPartial: true, (int)Math.Clamp(Math.Max(dropped + unparsed, numbers.Count), 1, piece.Points), new HashSet<int>());
        }

        var lines = numbers.Where(number => number >= 1 && number <= piece.Points).Select(number => number - 1).ToHashSet();
        if (message.Contains(Unparsed, StringComparison.Ordinal))
        {
            lines.UnionWith(Quoted(message, piece));
        }

        return new Rejection(message, IsPartial: false, 0, lines);
    }

    private static string WordsOf(string body, List<int> numbers)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                return body;
            }

            Collect(json.RootElement, numbers);
            if (json.RootElement.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in data.EnumerateArray())
                {
                    Collect(item, numbers);
                }
            }

            return Text(json.RootElement, "error") ?? Text(json.RootElement, "message") ?? body;
        }
        catch (JsonException)
        {
            return body;
        }
    }

    private static void Collect(JsonElement item, List<int> numbers)
    {
        foreach (var name in (ReadOnlySpan<string>)["line", "line_number"])
        {
            if (item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
                && value.TryGetInt32(out var number))
            {
                numbers.Add(number);
            }
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The lines that stand in the message, each in a row of its own: <c>unable to parse 'LINE': reason</c>.</summary>
    private static IEnumerable<int> Quoted(string message, LinePiece piece)
    {
        var numbers = new Dictionary<string, List<int>>();
        var at = 0;
        for (var line = 0; line < piece.Points; line++)
        {
            var length = piece.Lines.Span[at..].IndexOf((byte)'\n');
            var text = Encoding.UTF8.GetString(piece.Lines.Span.Slice(at, length));
            if (!numbers.TryGetValue(text, out var same))
            {
                numbers[text] = same = [];
            }

            same.Add(line);
            at += length + 1;
        }

        foreach (var row in message.Split('\n'))
        {
            var start = row.IndexOf(Unparsed, StringComparison.Ordinal);
            var end = row.LastIndexOf("':", StringComparison.Ordinal);
            if (start >= 0 && end >= start + Unparsed.Length && numbers.TryGetValue(row[(start + Unparsed.Length)..end], out var found))
            {
                foreach (var line in found)
                {
                    yield return line;
                }
            }
        }
    }

    private static int Count(string text, string part)
    {
        var count = 0;
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal))
        {
            count++;
        }

        return count;
    }

    [GeneratedRegex(@"\bdropped=(\d+)")]
    private static partial Regex Dropped();
}
