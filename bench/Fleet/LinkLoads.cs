using System.Globalization;
using System.Text;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Bench.Fleet;

/// <summary>
/// Loads of links, a record of each at every tick, in batches as the pipeline hands them over: a daily wave, a slow walk and noise, each link with its own
/// level and hour.
/// </summary>
internal sealed class LinkLoads
{
    // The most records of a chunk (`chunks.records` of reference.conf).
    private const int BatchSize = 512;
    private const long TickMilliseconds = 300_000;
    private const double TicksOfDay = 288;

    private readonly Xoshiro256 _random = new(1);
    private readonly byte[][] _keys;
    private readonly double[] _levels;
    private readonly double[] _phases;
    private readonly double[] _walks;
    private long _tick;

    internal LinkLoads(int links)
    {
        _keys = [.. Enumerable.Range(0, links).Select(link => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"link-{link:00000}")))];
        _levels = [.. _keys.Select(_ => 100 * (1 + (9 * _random.NextDouble())))];
        _phases = [.. _keys.Select(_ => 2 * Math.PI * _random.NextDouble())];
        _walks = new double[links];
    }

    /// <summary>The records of the next tick, those of all links.</summary>
    internal IReadOnlyList<ExampleBatch> Next()
    {
        _tick++;
        return [.. Enumerable.Range(0, _keys.Length).Chunk(BatchSize).Select(Batch)];
    }

    private ExampleBatch Batch(int[] links)
    {
        byte[] keys = [.. links.SelectMany(link => _keys[link])];
        var ends = new int[links.Length];
        var end = 0;
        for (var row = 0; row < links.Length; row++)
        {
            ends[row] = end += _keys[links[row]].Length;
        }

        return new ExampleBatch(
            [.. links.Select(link => (_tick * _keys.Length) + link)], [.. links.Select(_ => _tick * TickMilliseconds)],
            new ExampleKind[links.Length], keys, ends, [.. links.Select(Load)], 1);
    }

    private double Load(int link)
    {
        _walks[link] = (0.95 * _walks[link]) + (0.02 * _random.NextGaussian());
        var day = 0.4 * Math.Sin((2 * Math.PI * _tick / TicksOfDay) + _phases[link]);
        return _levels[link] * Math.Max(0, 1 + day + _walks[link] + (0.02 * _random.NextGaussian()));
    }
}
