using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Scoring;

/// <summary>
/// Prequential errors of one learner on one series at one horizon: since the start, over a window of targets, and fading.
/// </summary>
/// <remarks>Source: J. Gama, R. Sebastião, P. P. Rodrigues, On evaluating stream learning algorithms, Machine Learning 90 (2013):
/// prequential error with sliding windows and fading factors. The window moves in quarters, so that it costs four sums, not its length.</remarks>
internal sealed class ErrorStatistics(ScoringOptions options)
{
    /// <summary>The largest error that is counted, in units of the scale: sums of its square stay finite.</summary>
    internal const double LargestError = 1e100;

    private const int Quarters = 4;

    private readonly int _quarter = options.Window / Quarters;
    private readonly double _fading = options.Fading;
    private readonly ErrorSums[] _window = new ErrorSums[Quarters];
    private int _current;

    internal ErrorSums Total { get; private set; }

    internal ErrorSums Fading { get; private set; }

    /// <summary>Sums over the last 3/4 to 4/4 of a window of targets.</summary>
    internal ErrorSums Windowed => _window[0] + _window[1] + _window[2] + _window[3];

    /// <summary>Scores a forecast against its target.</summary>
    /// <param name="target">What came, in the series' unit.</param>
    /// <param name="forecast">What had been said.</param>
    /// <param name="scale">The key's scale, in the series' unit; 0: it has been taken from no value but 0, and
    /// errors count in the series' unit.</param>
    internal void Add(double target, double forecast, double scale)
    {
        var half = HalfError(target, forecast);
        var absolute = Absolute(half, scale);
        var magnitude = (0.5 * Math.Abs(target)) + (0.5 * Math.Abs(forecast));
        var symmetric = magnitude > 0 ? 2 * (half / magnitude) : 0;

        Total = Total.Plus(absolute, symmetric);
        Fading = Fading.Plus(absolute, symmetric, _fading);
        if (_window[_current].Weight >= _quarter)
        {
            _current = (_current + 1) % Quarters;
            _window[_current] = default;
        }

        _window[_current] = _window[_current].Plus(absolute, symmetric);
    }

    /// <summary>The absolute error as it is counted: in units of the scale, at most <see cref="LargestError"/>.</summary>
    internal static double Absolute(double target, double forecast, double scale) => Absolute(HalfError(target, forecast), scale);

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(3 + Quarters);
        writer.Write(_current);
        Write(ref writer, Total);
        Write(ref writer, Fading);
        foreach (var quarter in _window)
        {
            Write(ref writer, quarter);
        }

        static void Write(ref MessagePackWriter writer, ErrorSums sums)
        {
            writer.WriteArrayHeader(4);
            writer.Write(sums.Weight);
            writer.Write(sums.Absolute);
            writer.Write(sums.Squared);
            writer.Write(sums.Symmetric);
        }
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadLength(3 + Quarters);
        _current = reader.ReadInt32();
        StateFormat.Require(_current is >= 0 and < Quarters, "there is no such quarter of a window");
        Total = Read(ref reader);
        Fading = Read(ref reader);
        for (var i = 0; i < Quarters; i++)
        {
            _window[i] = Read(ref reader);
        }

        static ErrorSums Read(ref MessagePackReader reader)
        {
            reader.ReadLength(4);
            return new ErrorSums(reader.ReadFinite(), reader.ReadFinite(), reader.ReadFinite(), reader.ReadFinite());
        }
    }

    /// <summary>Halves do not overflow where the difference of two huge numbers would.</summary>
    private static double HalfError(double target, double forecast) => Math.Abs((0.5 * target) - (0.5 * forecast));

    private static double Absolute(double half, double scale) => Math.Min(LargestError, scale > 0 ? 2 * (half / scale) : 2 * half);
}
