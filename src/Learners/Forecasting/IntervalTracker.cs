using MessagePack;

namespace StreamLearn.Learners.Forecasting;

/// <summary>
/// Half-width of the interval around the forecasts of one series at one horizon, adapted so that the chosen share of targets lies within.
/// </summary>
/// <remarks>Source: A. Angelopoulos, E. Candès, R. Tibshirani, Conformal PID control for time series prediction (2023), quantile tracking:
/// q(t+1) = q(t) + η (1{|e| > q} - (1 - coverage)), with η a share of the largest recent error, so that it needs no unit.</remarks>
internal sealed class IntervalTracker(double coverage)
{
    private const double LearningRate = 0.05;
    private const double PeakDecay = 0.99;

    private double _peak;

    /// <summary>Half-width, in the series' unit.</summary>
    internal double HalfWidth { get; private set; }

    /// <summary>Targets that lay within.</summary>
    internal long Covered { get; private set; }

    /// <summary>Takes in the absolute error of a forecast.</summary>
    internal void Add(double error, bool scored)
    {
        if (!double.IsFinite(error))
        {
            return;
        }

        var missed = error > HalfWidth;
        if (scored && !missed)
        {
            Covered++;
        }

        _peak = Math.Max(error, _peak * PeakDecay);
        HalfWidth = Math.Max(0, HalfWidth + (LearningRate * _peak * ((missed ? 1 : 0) - (1 - coverage))));
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
        reader.ReadArrayHeader();
        HalfWidth = reader.ReadDouble();
        _peak = reader.ReadDouble();
        Covered = reader.ReadInt64();
    }
}
