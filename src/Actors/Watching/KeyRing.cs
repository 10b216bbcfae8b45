using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Actors.Watching;

/// <summary>The last points of a key that somebody watches. All its memory is taken at once.</summary>
internal sealed class KeyRing
{
    // Of a point in a message, besides its numbers.
    private const int PointBytes = 9 + 9;
    private const int NumberBytes = 9;

    private readonly KeyWatcher _watcher;
    private readonly long[] _offsets;
    private readonly long[] _times;
    private readonly double[] _numbers;
    private readonly int _page;

    // The oldest is at _first.
    private int _first;
    private int _count;

    // The last record that has been looked at, or that the learners had learned before.
    private long _seen;

    /// <param name="key">The key, UTF-8.</param>
    /// <param name="watcher">Sees its records.</param>
    /// <param name="capacity">Points that it holds.</param>
    /// <param name="recent">What the learners still know, the oldest first.</param>
    /// <param name="seen">The last offset that they have learned.</param>
    internal KeyRing(byte[] key, KeyWatcher watcher, int capacity, IReadOnlyList<KeyPoint> recent, long seen)
    {
        Key = key;
        _watcher = watcher;
        _seen = seen;
        _page = PageOf(watcher.Width);
        _offsets = new long[capacity];
        _times = new long[capacity];
        _numbers = new double[capacity * watcher.Width];
        foreach (var point in recent)
        {
            point.Numbers.CopyTo(Next(-1, point.Time));
            _count++;
        }
    }

    internal byte[] Key { get; }

    /// <summary>Timestamp of the last question.</summary>
    internal long Asked { get; set; }

    /// <summary>Points of an answer, at most; what the learners know is no more than that.</summary>
    internal static int PageOf(int width) => Math.Max(1, PipelineReports.PageBytes / (PointBytes + (NumberBytes * width)));

    /// <summary>Looks at a record of the key.</summary>
    internal void See(ExampleBatch examples, int row, PredictionBatch predictions, int answer)
    {
        _seen = examples.Offsets[row];
        if (_watcher.See(examples, row, predictions, answer, Next(_seen, examples.Times[row])))
        {
            _count++;
        }
    }

    internal WatchedPoints PointsAfter(BucketId bucket, long after)
    {
        var from = 0;
        while (from < _count && _offsets[PlaceOf(from)] <= after)
        {
            from++;
        }

        var count = Math.Min(_count - from, _page);
        var width = _watcher.Width;
        var (offsets, times, numbers) = (new long[count], new long[count], new double[count * width]);
        for (var i = 0; i < count; i++)
        {
            var place = PlaceOf(from + i);
            (offsets[i], times[i]) = (_offsets[place], _times[place]);
            _numbers.AsSpan(place * width, width).CopyTo(numbers.AsSpan(i * width));
        }

        var isMore = from + count < _count;
        return new WatchedPoints(bucket, true, isMore ? offsets[^1] : Math.Max(after, _seen), isMore, offsets, times, width, numbers);
    }

    private int PlaceOf(int number) => (_first + number) % _offsets.Length;

    /// <summary>Room for the next point, which counts only when it is counted.</summary>
    private Span<double> Next(long offset, long time)
    {
        if (_count == _offsets.Length)
        {
            _first = (_first + 1) % _offsets.Length;
            _count--;
        }

        var place = PlaceOf(_count);
        (_offsets[place], _times[place]) = (offset, time);
        return _numbers.AsSpan(place * _watcher.Width, _watcher.Width);
    }
}
