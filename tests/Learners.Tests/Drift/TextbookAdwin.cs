namespace StreamLearn.Learners.Tests.Drift;

/// <summary>
/// ADWIN2 with every value of every bucket at hand: means, variances and ranges are computed from the values anew at each check.
/// </summary>
internal sealed class TextbookAdwin(double delta, int clock, int minWindow, int minSubWindow)
{
    // From the oldest on; sizes are powers of two.
    private readonly List<List<double>> _buckets = [];
    private int _seen;

    internal List<double> Window => [.. _buckets.SelectMany(bucket => bucket)];

    /// <summary>Takes in a value; true: the window was cut somewhere where the newer part has the larger mean.</summary>
    internal bool Add(double value)
    {
        _buckets.Add([value]);
        for (var size = 1; _buckets.Count(bucket => bucket.Count == size) > 5; size *= 2)
        {
            var oldest = _buckets.FindIndex(bucket => bucket.Count == size);
            _buckets[oldest].AddRange(_buckets[oldest + 1]);
            _buckets.RemoveAt(oldest + 1);
        }

        var rising = false;
        if (++_seen % clock == 0)
        {
            while (Cut() is { } rise)
            {
                rising |= rise;
                _buckets.RemoveAt(0);
            }
        }

        return rising;
    }

    private bool? Cut()
    {
        var all = Window;
        var n = all.Count;
        if (n < minWindow)
        {
            return null;
        }

        var range = all.Max() - all.Min();
        var variance = all.Select(value => Math.Pow(value - all.Average(), 2)).Average();
        var log = Math.Log(2 / (delta / Math.Log(n)));
        for (var (bucket, n0) = (0, 0); bucket < _buckets.Count; bucket++)
        {
            n0 += _buckets[bucket].Count;
            var n1 = n - n0;
            if (n0 < minSubWindow || n1 < minSubWindow)
            {
                continue;
            }

            var m = 1 / ((1.0 / n0) + (1.0 / n1));
            var epsilon = Math.Sqrt(2 / m * variance * log) + (2 / (3 * m) * log * range);
            var (older, newer) = (all.Take(n0).Average(), all.Skip(n0).Average());
            if (Math.Abs(older - newer) > epsilon)
            {
                return newer > older;
            }
        }

        return null;
    }
}
