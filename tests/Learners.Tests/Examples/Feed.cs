using System.Text;
using StreamLearn.Learners.Control;
using StreamLearn.Learners.Examples;

namespace StreamLearn.Learners.Tests.Examples;

/// <summary>Examples in the making: rows are added one by one, and cut into batches at will.</summary>
/// <param name="width">Numbers of an example.</param>
internal sealed class Feed(int width)
{
    private readonly List<(long Time, ExampleKind Kind, byte[] Key, double[] Numbers)> _rows = [];
    private readonly Dictionary<int, byte[]> _payloads = [];
    private readonly List<ulong> _readings = [];

    internal int Count => _rows.Count;

    internal Feed Add(string key, long time, params double[] numbers)
    {
        _rows.Add((time, ExampleKind.Example, Encoding.UTF8.GetBytes(key), numbers));
        return this;
    }

    /// <summary>What a counter says; a feed has either readings or values.</summary>
    internal Feed Read(string key, long time, ulong reading, params double[] features)
    {
        _readings.Add(reading);
        return Add(key, time, [reading, .. features]);
    }

    internal Feed Forget(string key)
    {
        _rows.Add((0, ExampleKind.Tombstone, Encoding.UTF8.GetBytes(key), new double[width]));
        return this;
    }

    /// <summary>A word of an operator, about a key or (null) all.</summary>
    internal Feed Say(ControlVerb verb, string? key = null)
    {
        _payloads[_rows.Count] = new ControlRecord(verb, key is null ? ControlScope.Pipeline : ControlScope.Key, "r").Encode();
        _rows.Add((0, ExampleKind.Control, Encoding.UTF8.GetBytes(key ?? ""), new double[width]));
        return this;
    }

    /// <summary>Steps of a key with a number for each step and place.</summary>
    internal Feed AddSeries(string key, int from, int to, long stepMilliseconds, Func<int, int, double> number)
    {
        for (var step = from; step < to; step++)
        {
            var at = step;
            Add(key, 1_700_000_000_000 + (step * stepMilliseconds), [.. Enumerable.Range(0, width).Select(place => number(at, place))]);
        }

        return this;
    }

    /// <summary>A daily wave with noise for each key, all keys in turn at each step; the same for the same seed.</summary>
    internal Feed AddWaves(IReadOnlyList<string> keys, int from, int to, long stepMilliseconds, int seed = 1)
    {
        for (var step = from; step < to; step++)
        {
            for (var k = 0; k < keys.Count; k++)
            {
                var key = k;
                var at = step;
                AddSeries(keys[k], step, step + 1, stepMilliseconds, (_, place) => Wave(at, key, place, seed));
            }
        }

        return this;
    }

    internal ExampleBatch Batch() => Batch(0, _rows.Count);

    internal ExampleBatch Batch(int from, int to)
    {
        var rows = _rows[from..to];
        var ends = new int[rows.Count];
        for (var i = 0; i < ends.Length; i++)
        {
            ends[i] = (i == 0 ? 0 : ends[i - 1]) + rows[i].Key.Length;
        }

        byte[][] payloads = [.. Enumerable.Range(from, rows.Count).Select(row => _payloads.GetValueOrDefault(row, []))];
        var payloadEnd = 0;
        return new ExampleBatch(
            [.. Enumerable.Range(from, rows.Count).Select(offset => (long)offset)],
            [.. rows.Select(row => row.Time)],
            [.. rows.Select(row => row.Kind)],
            [.. rows.SelectMany(row => row.Key)],
            ends,
            [.. rows.SelectMany(row => row.Numbers)],
            width,
            _readings.Count == 0 ? [] : [.. _readings[from..to]],
            payloads: [.. payloads.SelectMany(payload => payload)],
            payloadEnds: _payloads.Count == 0 ? [] : [.. payloads.Select(payload => payloadEnd += payload.Length)]);
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

    private static double Wave(int step, int key, int place, int seed)
    {
        var noise = new Random(unchecked((seed * 1_000_003) + (step * 8191) + (key * 131) + place)).NextDouble();
        return (100 * (key + 1)) + (20 * Math.Sin((2 * Math.PI * step / 288) + place)) + noise;
    }
}
