using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Drift;

/// <summary>
/// <c>ddm</c>: counts errors, and gives the alarm where their rate has risen significantly above the lowest that it has had. A real value
/// counts as an error where it exceeds a high quantile of the first values; 0 and 1 count as they are. Depends on the order of values only:
/// any unit, any origin.
/// </summary>
/// <remarks>Source: J. Gama, P. Medas, G. Castillo, P. Rodrigues, Learning with drift detection, SBIA (2004): with rate p and s = √(p (1-p)
/// / n), the minimum of p + s kept as p_min, s_min: warning where p + s ≥ p_min + 2 s_min, alarm where p + s ≥ p_min + 3 s_min. The
/// threshold is ours.</remarks>
internal sealed class DdmDetector : DriftDetector
{
    /// <summary>Name in configuration.</summary>
    internal const string Kind = "ddm";

    private const int StateVersion = 1;
    private const int StateFields = 7;

    private readonly DdmOptions _options;
    private readonly double[] _reference;

    // Values in the reference; as long as it is not full, nothing is counted.
    private int _filled;
    private double _threshold;
    private long _count;
    private long _errors;
    private double _lowestRate;
    private double _lowestDeviation;

    internal DdmDetector(DdmOptions options)
        : base(Kind, StateVersion, StateFields)
    {
        _options = options;
        _reference = new double[options.Reference];
        Reset();
    }

    /// <summary>The value that an error exceeds, in the values' unit; 0 until it is known.</summary>
    internal double Threshold => _threshold;

    /// <summary>Errors in all values since the threshold is known, by Laplace's rule of succession: without any error so far the rate is
    /// not 0 nor certain, and the first error is no alarm.</summary>
    internal double Rate => (_errors + 1.0) / (_count + 2.0);

    /// <summary>Standard deviation of <see cref="Rate"/>.</summary>
    internal double Deviation => Math.Sqrt(Rate * (1 - Rate) / Math.Max(1, _count));

    /// <summary>Whether the error rate is above its minimum by the warning level.</summary>
    internal bool Warning => _count >= _options.MinCount && Exceeds(_options.WarningLevel);

    public override void Reset()
    {
        (_filled, _threshold, _count, _errors) = (0, 0, 0, 0);
        (_lowestRate, _lowestDeviation) = (1, 1);
    }

    protected override bool Observe(double value)
    {
        if (_filled < _reference.Length)
        {
            _reference[_filled++] = value;
            if (_filled == _reference.Length)
            {
                _threshold = ThresholdOfReference();
            }

            return false;
        }

        _count++;
        if (value > _threshold)
        {
            _errors++;
        }

        if (_count < _options.MinCount)
        {
            return false;
        }

        if (Rate + Deviation <= _lowestRate + _lowestDeviation)
        {
            (_lowestRate, _lowestDeviation) = (Rate, Deviation);
        }

        if (!Exceeds(_options.AlarmLevel))
        {
            return false;
        }

        Reset();
        return true;
    }

    protected override void WriteFields(ref MessagePackWriter writer)
    {
        var watching = _filled == _reference.Length;
        writer.Write(watching);
        writer.WriteDoubles(watching ? [] : _reference.AsSpan(0, _filled));
        writer.Write(_threshold);
        writer.Write(_count);
        writer.Write(_errors);
        writer.Write(_lowestRate);
        writer.Write(_lowestDeviation);
    }

    protected override void ReadFields(ref MessagePackReader reader)
    {
        var watching = reader.ReadBoolean();
        var stored = reader.ReadArrayHeader();
        StateFormat.Require(watching ? stored == 0 : stored < _reference.Length, "a reference has too many values");
        for (var i = 0; i < stored; i++)
        {
            _reference[i] = reader.ReadFinite();
        }

        _filled = watching ? _reference.Length : stored;
        _threshold = reader.ReadFinite();
        _count = ReadCount(ref reader);
        _errors = ReadCount(ref reader);
        _lowestRate = reader.ReadFinite();
        _lowestDeviation = reader.ReadFinite();
        StateFormat.Require(
            _errors <= _count && (watching || (_count == 0 && _threshold == 0)) && _lowestRate is >= 0 and <= 1
                && _lowestDeviation is >= 0 and <= 1,
            "an error rate contradicts itself");
    }

    private bool Exceeds(double level) => Rate + Deviation > _lowestRate + (level * _lowestDeviation);

    /// <summary>
    /// The quantile of the reference, or the value next to the largest where none is above the quantile: of 0 and 1, 1 is the error,
    /// however many there are.
    /// </summary>
    private double ThresholdOfReference()
    {
        Array.Sort(_reference);
        var at = Math.Min(_reference.Length - 1, (int)(_options.Quantile * _reference.Length));
        while (at > 0 && _reference[at] == _reference[^1])
        {
            at--;
        }

        return _reference[at];
    }
}
