using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Drift;

/// <summary>
/// <c>page-hinkley</c>: sums by how much values lie above their mean so far, and gives the alarm where the sum has risen by λ above its
/// minimum. Values are taken in standard deviations, both of the values before them, so that no setting has a unit.
/// </summary>
/// <remarks>Source: E. S. Page, Continuous inspection schemes, Biometrika 41 (1954); D. V. Hinkley, Inference about the change-point from
/// cumulative sum tests, Biometrika 58 (1971); as a test on learners' errors: J. Gama, R. Sebastião, P. P. Rodrigues, On evaluating stream
/// learning algorithms (2013). With z(t) = (x(t) - mean) / deviation: m(t) = m(t-1) + z(t) - δ, alarm where m(t) - min m ≥ λ; that
/// difference is max(0, its last + z(t) - δ).</remarks>
internal sealed class PageHinkleyDetector : DriftDetector
{
    /// <summary>Name in configuration.</summary>
    internal const string Kind = "page-hinkley";

    /// <summary>The farthest that a value counts in the sums, in standard deviations: one outlier is no drift.</summary>
    internal const double FarthestInSum = 5;

    /// <summary>The farthest that a value counts for mean and deviation, in standard deviations so far: after one outlier without
    /// bound all changes would be small. (Were it nearer, values that are rarely not 0 would wear their own deviation down.)</summary>
    internal const double FarthestInBaseline = 30;

    private const int StateVersion = 1;
    private const int StateFields = 5;

    private readonly PageHinkleyOptions _options;
    private long _count;
    private double _mean;

    // Sum of the squared distances from the mean.
    private double _squares;

    // How far the sum of the deviations is above its minimum, and for falling means below its maximum.
    private double _risen;
    private double _fallen;

    internal PageHinkleyDetector(PageHinkleyOptions options)
        : base(Kind, StateVersion, StateFields) => _options = options;

    /// <summary>The statistic of a rising mean, in standard deviations: m(t) - min m.</summary>
    internal double Risen => _risen;

    /// <summary>The statistic of a falling mean, in standard deviations.</summary>
    internal double Fallen => _fallen;

    public override void Reset() => (_count, _mean, _squares, _risen, _fallen) = (0, 0, 0, 0, 0);

    protected override bool Observe(double value)
    {
        value = DriftMagnitude.Bounded(value);
        if (_count >= _options.MinCount)
        {
            var deviation = Math.Sqrt(_squares / (_count - 1));
            var difference = value - _mean;
            var distance = deviation > 0 ? difference / deviation : difference == 0 ? 0 : Math.CopySign(FarthestInSum, difference);
            var counted = Math.Clamp(distance, -FarthestInSum, FarthestInSum);
            _risen = Math.Max(0, _risen + counted - _options.Delta);
            _fallen = Math.Max(0, _fallen - counted - _options.Delta);
            var reached = _options.Direction switch
            {
                DriftDirection.Up => _risen,
                DriftDirection.Down => _fallen,
                _ => Math.Max(_risen, _fallen),
            };
            if (reached >= _options.Threshold)
            {
                Reset();
                return true;
            }

            if (Math.Abs(distance) > FarthestInBaseline)
            {
                value = _mean + Math.CopySign(FarthestInBaseline * deviation, distance);
            }
        }

        // Welford's update.
        _count++;
        var before = value - _mean;
        _mean += before / _count;
        _squares += before * (value - _mean);
        return false;
    }

    protected override void WriteFields(ref MessagePackWriter writer)
    {
        writer.Write(_count);
        writer.Write(_mean);
        writer.Write(_squares);
        writer.Write(_risen);
        writer.Write(_fallen);
    }

    protected override void ReadFields(ref MessagePackReader reader)
    {
        _count = ReadCount(ref reader);
        _mean = reader.ReadFinite();
        _squares = reader.ReadFinite();
        _risen = reader.ReadFinite();
        _fallen = reader.ReadFinite();
        StateFormat.Require(
            Math.Abs(_mean) <= 2 * DriftMagnitude.Largest && _squares >= 0 && _risen >= 0 && _fallen >= 0
                && (_count > 1 || _squares == 0) && (_count > 0 || _mean == 0)
                && (_count > _options.MinCount || (_risen == 0 && _fallen == 0)),
            "mean, deviation or sum of a series contradict each other");
    }
}
