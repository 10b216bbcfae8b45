using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Forecasting;

/// <summary>
/// Half-width of the interval around the forecasts of one series at one horizon, adapted so that the chosen share of targets lies within.
/// </summary>
/// <remarks>Source: A. Angelopoulos, E. Candès, R. Tibshirani, Conformal PID control for time series prediction (2023), quantile tracking:
/// q(t+1) = q(t) + η (1{|e| > q} - (1 - coverage)), with η a share of the largest recent error, so that it needs no unit;
/// the width is never more than twice that error.</remarks>
internal sealed class IntervalTracker(double coverage)
{
    private const double LearningRate = 0.05;
    private const double PeakDecay = 0.99;

    // Steps shrink with the peak: where errors become small for good, a width that is left above them would take for ever to come down.
    private const double WidestInPeaks = 2;

    private double _peak;

    /// <summary>Half-width, in the series' unit.</summary>
    internal double HalfWidth { get; private set; }

    /// <summary>Scored targets that lay within the interval that had been given.</summary>
    internal long Covered { get; private set; }

    /// <summary>Takes in the absolute error of a forecast.</summary>
    /// <param name="error">The error, in the series' unit; infinite where two numbers of opposite signs are too far apart.</param>
    /// <param name="given">Half-width that had been given with the forecast. At a horizon above 1 it has been adapted since: that of today
    /// says how to adapt, that of then whether the target was covered.</param>
    /// <param name="scored">Whether the target counts as covered or not.</param>
    internal void Add(double error, double given, bool scored)
    {
        if (!double.IsFinite(error))
        {
            return;
        }

        if (scored && error <= given)
        {
            Covered++;
        }

        var missed = error > HalfWidth;
        _peak = Math.Max(error, _peak * PeakDecay);
        var widest = Math.Min(WidestInPeaks * _peak, double.MaxValue);
        HalfWidth = Math.Clamp(HalfWidth + (LearningRate * _peak * ((missed ? 1 : 0) - (1 - coverage))), 0, widest);
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(3);
        writer.Write(HalfWidth);
        writer.Write(_peak);
        writer.Write(Covered);
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadLength(3);
        HalfWidth = reader.ReadFinite();
        _peak = reader.ReadFinite();
        Covered = reader.ReadInt64();
        StateFormat.Require(HalfWidth >= 0 && _peak >= 0, "the width of an interval is negative");
    }
}
