using System.Text;
using StreamLearn.Learners.Examples;

namespace StreamLearn.Learners.Tests.Examples;

/// <summary>Records of a task with payloads in the making: added one by one, and cut into batches at will.</summary>
internal abstract class PayloadFeed<TFeed>
    where TFeed : PayloadFeed<TFeed>
{
    private readonly List<(long Time, ExampleKind Kind, byte[] Key, byte[] Payload)> _rows = [];

    internal int Count => _rows.Count;

    internal TFeed Add(string key, long time, byte[] payload, ExampleKind kind = ExampleKind.Example)
    {
        _rows.Add((time, kind, Encoding.UTF8.GetBytes(key), payload));
        return (TFeed)this;
    }

    internal TFeed Forget(string key) => Add(key, 0, [], ExampleKind.Tombstone);

    /// <summary>The record before once more, as a copy that has come before.</summary>
    internal TFeed Repeat()
    {
        _rows.Add(_rows[^1] with { Kind = ExampleKind.Repeat });
        return (TFeed)this;
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
