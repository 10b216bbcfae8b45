using System.Text;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Language;

namespace StreamLearn.Learners.Tests.Language;

/// <summary>Texts in the making: added one by one, and cut into batches at will.</summary>
internal sealed class TextFeed
{
    private readonly List<(string Key, long Time, byte[] Payload, ExampleKind Kind)> _rows = [];

    internal int Count => _rows.Count;

    internal TextFeed Text(string domain, string text, string key = "k") => Text(domain, Encoding.UTF8.GetBytes(text), key);

    internal TextFeed Text(string domain, byte[] text, string key = "k")
    {
        var writer = new LanguageRecordWriter();
        writer.Write(Encoding.UTF8.GetBytes(domain), text);
        return Payload(writer.Written.ToArray(), key);
    }

    internal TextFeed Payload(byte[] payload, string key = "k", ExampleKind kind = ExampleKind.Example)
    {
        _rows.Add((key, 1000 + _rows.Count, payload, kind));
        return this;
    }

    /// <summary>Texts of three domains of which some are harder than others, some long, some short.</summary>
    internal static TextFeed Mixed(int count, int seed = 1, int keys = 1)
    {
        var random = new Random(seed);
        var feed = new TextFeed();
        for (var i = 0; i < count; i++)
        {
            var domain = "abc"[random.Next(3)].ToString();
            var length = random.Next(20) == 0 ? random.Next(40, 120) : random.Next(1, 24);
            var text = new StringBuilder();
            while (text.Length < length)
            {
                text.Append(domain switch
                {
                    "a" => "the cat ",
                    "b" => "for (i) ",
                    _ => ((char)('a' + random.Next(26))).ToString(),
                });
            }

            feed.Text(domain, text.ToString(0, length), keys == 1 ? "k" : $"k{i % keys}");
        }

        return feed;
    }

    internal ExampleBatch Batch() => Batch(0, Count);

    internal ExampleBatch Batch(int from, int to)
    {
        var rows = _rows[from..to];
        var (keyEnd, payloadEnd) = (0, 0);
        return new ExampleBatch(
            [.. Enumerable.Range(from, rows.Count).Select(row => (long)row)], [.. rows.Select(row => row.Time)], [.. rows.Select(row => row.Kind)],
            [.. rows.SelectMany(row => Encoding.UTF8.GetBytes(row.Key))], [.. rows.Select(row => keyEnd += Encoding.UTF8.GetByteCount(row.Key))], [], 0,
            payloads: [.. rows.SelectMany(row => row.Payload)], payloadEnds: [.. rows.Select(row => payloadEnd += row.Payload.Length)]);
    }
}
