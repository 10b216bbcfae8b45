using MessagePack;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Drift;

/// <summary>
/// <c>kswin</c>: tests at each value whether the newest of a window have the distribution of the older ones, whatever has changed, mean,
/// spread or shape. Depends on the order of values only: any unit, any origin. It has no direction.
/// </summary>
/// <remarks>Source: C. Raab, M. Heusinger, F.-M. Schleif, Reactive soft prototype computing for concept drift streams, Neurocomputing 416
/// (2020): the newest r of a window of w against r drawn without replacement from the others, by the two-sample test of Kolmogorov and
/// Smirnov, here with exact probabilities; at an alarm all but the newest r are dropped.</remarks>
internal sealed class KswinDetector : DriftDetector
{
    /// <summary>Name in configuration.</summary>
    internal const string Kind = "kswin";

    private const int StateVersion = 1;
    private const int StateFields = 2;

    private readonly int _size;
    private readonly int _criticalSteps;
    private readonly ulong _seed;

    // A ring of the newest values: _count of them from _start on.
    private readonly double[] _window;

    // Of a full window, its newest values and the others, both in ascending order: what is drawn from them in turn is so too.
    private readonly double[] _newest;
    private readonly double[] _older;
    private readonly double[] _drawn;
    private readonly Xoshiro256 _random;
    private int _start;
    private int _count;

    internal KswinDetector(KswinOptions options, ulong seed)
        : base(Kind, StateVersion, StateFields)
    {
        _size = options.StatWindow;
        _criticalSteps = KolmogorovSmirnov.CriticalSteps(_size, options.Alpha);
        _seed = seed;
        _window = new double[options.Window];
        _newest = new double[_size];
        _older = new double[options.Window - _size];
        _drawn = new double[_size];
        _random = new Xoshiro256(seed);
    }

    /// <summary>Values in the window.</summary>
    internal int Count => _count;

    public override void Reset()
    {
        (_start, _count) = (0, 0);
        _random.CopyFrom(new Xoshiro256(_seed));
    }

    protected override bool Observe(double value)
    {
        if (_count == _window.Length)
        {
            var moved = _window[Place(_older.Length)];
            Replace(_older, _window[_start], moved);
            Replace(_newest, moved, value);
            _window[_start] = value;
            _start = Place(1);
        }
        else
        {
            _window[Place(_count++)] = value;
            if (_count < _window.Length)
            {
                return false;
            }

            SortFullWindow();
        }

        if (!NewestDiffer())
        {
            return false;
        }

        _start = Place(_older.Length);
        _count = _size;
        return true;
    }

    protected override void WriteFields(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(_count);
        for (var i = 0; i < _count; i++)
        {
            writer.Write(_window[Place(i)]);
        }

        _random.Save(ref writer);
    }

    protected override void ReadFields(ref MessagePackReader reader)
    {
        var count = reader.ReadArrayHeader();
        StateFormat.Require(count <= _window.Length, "a window has too many values");
        for (var i = 0; i < count; i++)
        {
            _window[i] = reader.ReadFinite();
        }

        _count = count;
        _random.Load(ref reader);
        if (_count == _window.Length)
        {
            SortFullWindow();
        }
    }

    private int Place(int at) => (_start + at) % _window.Length;

    private void SortFullWindow()
    {
        for (var i = 0; i < _older.Length; i++)
        {
            _older[i] = _window[Place(i)];
        }

        for (var i = 0; i < _newest.Length; i++)
        {
            _newest[i] = _window[Place(_older.Length + i)];
        }

        Array.Sort(_older);
        Array.Sort(_newest);
    }

    /// <summary>Takes a value out of an ascending array and puts another in.</summary>
    private static void Replace(double[] ascending, double taken, double put)
    {
        var at = Array.BinarySearch(ascending, taken);
        for (; at + 1 < ascending.Length && ascending[at + 1] < put; at++)
        {
            ascending[at] = ascending[at + 1];
        }

        for (; at > 0 && ascending[at - 1] > put; at--)
        {
            ascending[at] = ascending[at - 1];
        }

        ascending[at] = put;
    }

    private bool NewestDiffer()
    {
        // Selection sampling (Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S): every choice of that many is as likely.
        var drawn = 0;
        for (var i = 0; drawn < _size; i++)
        {
            // Written whether it is drawn or not, to the place after the last: chance is what a processor cannot predict.
            _drawn[drawn] = _older[i];
            drawn += _random.NextDouble() * (_older.Length - i) < _size - drawn ? 1 : 0;
        }

        return KolmogorovSmirnov.Steps(_newest, _drawn.AsSpan(0, _size)) >= _criticalSteps;
    }
}
