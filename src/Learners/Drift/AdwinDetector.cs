using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Drift;

/// <summary>
/// <c>adwin</c>: keeps the longest window of the newest values whose mean has not changed; where an older and a newer part of it differ by
/// more than chance allows, the oldest values are dropped. Needs no unit and no origin: it sees values as shares of the window's range.
/// </summary>
/// <remarks>Source: A. Bifet, R. Gavaldà, Learning from time-changing data with adaptive windowing, SIAM Data Mining (2007): ADWIN2, an
/// exponential histogram with at most M = 5 buckets of each size. Memory: O(M log W) for a window of W values. What differs is in
/// <c>docs/learners/drift.md</c>.</remarks>
internal sealed class AdwinDetector : DriftDetector
{
    /// <summary>Name in configuration.</summary>
    internal const string Kind = "adwin";

    /// <summary>M of the paper: with more, cuts are found more exactly, and memory grows.</summary>
    internal const int BucketsInRow = 5;

    private const int StateVersion = 1;
    private const int StateFields = 2;

    // Room for one bucket too many, which is there until two are merged.
    private const int Stride = BucketsInRow + 1;

    // A window of some 5e12 values: no stream comes to it. Beyond it the oldest values are dropped.
    private const int MaxRows = 40;

    // Differences this small against the values themselves are rounding.
    private const double Rounding = 1e-12;

    private readonly AdwinOptions _options;

    // Row r has buckets of 2^r values, from its oldest on; row 0 has the newest. Grows by a row when the window doubles.
    private AdwinBucket[] _buckets = new AdwinBucket[4 * Stride];
    private int[] _inRow = new int[4];
    private int _rows;
    private int _sinceCheck;

    internal AdwinDetector(AdwinOptions options)
        : base(Kind, StateVersion, StateFields) => _options = options;

    /// <summary>The window: how many values, their mean, the sum of squared distances, smallest and largest.</summary>
    internal AdwinBucket Window
    {
        get
        {
            AdwinBucket window = default;
            for (var row = _rows - 1; row >= 0; row--)
            {
                for (var i = 0; i < _inRow[row]; i++)
                {
                    window = window.With(_buckets[(row * Stride) + i]);
                }
            }

            return window;
        }
    }

    public override void Reset() => (_rows, _sinceCheck) = (0, 0);

    protected override bool Observe(double value)
    {
        Append(AdwinBucket.Of(DriftMagnitude.Bounded(value)));
        if (++_sinceCheck < _options.Clock)
        {
            return false;
        }

        _sinceCheck = 0;
        var alarm = false;
        while (ChangeAtCut() is var change and not 0)
        {
            alarm |= _options.Direction.Includes(change);
            DropOldest();
        }

        return alarm;
    }

    protected override void WriteFields(ref MessagePackWriter writer)
    {
        writer.Write(_sinceCheck);
        writer.WriteArrayHeader(_rows);
        for (var row = 0; row < _rows; row++)
        {
            writer.WriteArrayHeader(_inRow[row]);
            for (var i = 0; i < _inRow[row]; i++)
            {
                _buckets[(row * Stride) + i].Write(ref writer);
            }
        }
    }

    protected override void ReadFields(ref MessagePackReader reader)
    {
        var sinceCheck = reader.ReadInt32();
        StateFormat.Require(sinceCheck >= 0 && sinceCheck < _options.Clock, "a check for a cut is overdue");
        var rows = reader.ReadArrayHeader();
        StateFormat.Require(rows is >= 0 and <= MaxRows, "a window has too many rows");
        for (var row = 0; row < rows; row++)
        {
            var count = reader.ReadArrayHeader();
            StateFormat.Require(
                count is >= 0 and <= BucketsInRow && (count > 0 || row < rows - 1), "a row of a window has no such number of buckets");
            OpenRow();
            for (var i = 0; i < count; i++)
            {
                _buckets[(row * Stride) + i] = AdwinBucket.Read(ref reader, 1L << row);
            }

            _inRow[row] = count;
        }

        _sinceCheck = sinceCheck;
    }

    /// <summary>Puts a value at the window's end; where a row has become too long, its two oldest buckets become one of the next
    /// row.</summary>
    private void Append(AdwinBucket bucket)
    {
        for (var row = 0; row < MaxRows; row++)
        {
            if (row == _rows)
            {
                OpenRow();
            }

            var buckets = _buckets.AsSpan(row * Stride, Stride);
            buckets[_inRow[row]++] = bucket;
            if (_inRow[row] <= BucketsInRow)
            {
                return;
            }

            bucket = buckets[0].With(buckets[1]);
            buckets[2..].CopyTo(buckets);
            _inRow[row] -= 2;
        }
    }

    private void OpenRow()
    {
        if (_rows == _inRow.Length)
        {
            Array.Resize(ref _inRow, _rows + 4);
            Array.Resize(ref _buckets, _inRow.Length * Stride);
        }

        _inRow[_rows++] = 0;
    }

    private void DropOldest()
    {
        var oldest = _buckets.AsSpan((_rows - 1) * Stride, Stride);
        oldest[1..].CopyTo(oldest);
        _inRow[_rows - 1]--;
        while (_rows > 0 && _inRow[_rows - 1] == 0)
        {
            _rows--;
        }
    }

    /// <summary>
    /// By how much the newer part's mean lies above the older's at the oldest place where they differ by more than ε; 0: there is none.
    /// </summary>
    /// <remarks>Bifet and Gavaldà (2007): with n = n0 + n1 values, 1/m = 1/n0 + 1/n1 and δ' = δ / ln n, ε = √(2/m σ² ln(2/δ'))
    /// + 2/(3m) ln(2/δ') for values in [0, 1], to which the window's own range R brings them: the second term times R.</remarks>
    private double ChangeAtCut()
    {
        var window = Window;
        var range = window.Range;
        if (window.Count < _options.MinWindow || range <= Rounding * Math.Max(Math.Abs(window.Min), Math.Abs(window.Max)))
        {
            return 0;
        }

        var logarithm = Math.Log(2 * Math.Log(window.Count) / _options.Delta);
        var variance = window.Squares / window.Count;
        AdwinBucket older = default;
        for (var row = _rows - 1; row >= 0; row--)
        {
            for (var i = 0; i < _inRow[row]; i++)
            {
                older = older.With(_buckets[(row * Stride) + i]);
                var newer = window.Count - older.Count;
                if (newer < _options.MinSubWindow)
                {
                    return 0;
                }

                // n mean = n0 mean0 + n1 mean1; what is lost to rounding is tiny against the range.
                var change = (window.Mean - older.Mean) * (window.Count / (double)newer);
                var perMean = (1.0 / older.Count) + (1.0 / newer);
                if (older.Count >= _options.MinSubWindow
                    && Math.Abs(change) > Math.Sqrt(2 * perMean * variance * logarithm) + (2.0 / 3 * perMean * logarithm * range))
                {
                    return change;
                }
            }
        }

        return 0;
    }
}
