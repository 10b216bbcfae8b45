using System.Text;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;

namespace StreamLearn.Learners.Tests.Bandits;

/// <summary>Records of a bandit task in the making: added one by one, and cut into batches at will.</summary>
internal sealed class BanditFeed
{
    private readonly List<(long Time, ExampleKind Kind, byte[] Key, byte[] Payload)> _rows = [];

    internal int Count => _rows.Count;

    internal BanditFeed Context(string key, long time, string id, in BanditContext context) => Add(key, time, PayloadOfContext(id, context));

    internal BanditFeed Feedback(string key, long time, string id, double feedback) => Add(key, time, PayloadOfFeedback(id, feedback));

    internal BanditFeed Logged(string key, long time, string id, in BanditContext context, int action, double probability, double feedback) =>
        Add(key, time, PayloadOfLogged(id, context, action, probability, feedback));

    internal BanditFeed Add(string key, long time, byte[] payload, ExampleKind kind = ExampleKind.Example)
    {
        _rows.Add((time, kind, Encoding.UTF8.GetBytes(key), payload));
        return this;
    }

    internal BanditFeed Forget(string key) => Add(key, 0, [], ExampleKind.Tombstone);

    /// <summary>The record before once more, as a copy that has come before.</summary>
    internal BanditFeed Repeat()
    {
        _rows.Add(_rows[^1] with { Kind = ExampleKind.Repeat });
        return this;
    }

    internal ExampleBatch Batch() => Batch(0, _rows.Count);

    internal ExampleBatch Batch(int from, int to) => Batch([.. Enumerable.Range(from, to - from)]);

    /// <summary>Of one key only; offsets are as they were.</summary>
    internal ExampleBatch BatchOf(string key)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        return Batch([.. Enumerable.Range(0, _rows.Count).Where(row => _rows[row].Key.AsSpan().SequenceEqual(bytes))]);
    }

    /// <summary>The batches between the cuts, which are ascending row numbers.</summary>
    internal IEnumerable<ExampleBatch> Batches(IEnumerable<int> cuts)
    {
        var from = 0;
        foreach (var cut in cuts.Append(_rows.Count))
        {
            yield return Batch(from, cut);
            from = cut;
        }
    }

    internal static byte[] PayloadOfContext(string id, in BanditContext context)
    {
        var writer = new BanditRecordWriter();
        writer.WriteContext(Encoding.UTF8.GetBytes(id), context);
        return writer.Written.ToArray();
    }

    internal static byte[] PayloadOfFeedback(string id, double feedback)
    {
        var writer = new BanditRecordWriter();
        writer.WriteFeedback(Encoding.UTF8.GetBytes(id), feedback);
        return writer.Written.ToArray();
    }

    internal static byte[] PayloadOfLogged(string id, in BanditContext context, int action, double probability, double feedback)
    {
        var writer = new BanditRecordWriter();
        writer.WriteLogged(Encoding.UTF8.GetBytes(id), context, [], action, probability, feedback);
        return writer.Written.ToArray();
    }

    private ExampleBatch Batch(int[] numbers)
    {
        var rows = numbers.Select(number => _rows[number]).ToArray();
        return new ExampleBatch(
            [.. numbers.Select(number => (long)number)], [.. rows.Select(row => row.Time)], [.. rows.Select(row => row.Kind)],
            [.. rows.SelectMany(row => row.Key)], Ends(rows.Select(row => row.Key.Length)), [], 0,
            payloads: [.. rows.SelectMany(row => row.Payload)], payloadEnds: Ends(rows.Select(row => row.Payload.Length)));
    }

    private static int[] Ends(IEnumerable<int> lengths)
    {
        var end = 0;
        return [.. lengths.Select(length => end += length)];
    }
}
