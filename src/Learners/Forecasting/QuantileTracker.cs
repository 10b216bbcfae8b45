using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Forecasting;

/// <summary>A quantile of numbers that come one after the other, adapted so that the chosen share of them lies at or below it, however they
/// drift.</summary>
/// <remarks>Source: A. Angelopoulos, E. Candès, R. Tibshirani, Conformal PID control for time series prediction (2023), quantile tracking:
/// q(t+1) = q(t) + η (1{e > q} - (1 - level)), with η a share of the largest recent |e|, so that it needs no unit;
/// q is never further from 0 than twice that.</remarks>
/// <param name="level">Share of the numbers that is to lie at or below, between 0 and 1.</param>
/// <param name="signed">Whether numbers may be negative.</param>
internal sealed class QuantileTracker(double level, bool signed)
{
    /// <summary>Fields that <see cref="Save"/> writes.</summary>
    internal const int Fields = 2;

    private const double LearningRate = 0.05;
    private const double PeakDecay = 0.99;

    // Steps shrink with the peak: where errors become small for good, a quantile that is left above them would take for ever to come down.
    private const double FurthestInPeaks = 2;

    private double _peak;

    /// <summary>The quantile, in the numbers' unit; 0 before the first.</summary>
    internal double Value { get; private set; }

    /// <summary>Takes in a finite number.</summary>
    internal void Add(double number)
    {
        var above = number > Value;
        _peak = Math.Max(Math.Abs(number), _peak * PeakDecay);
        var furthest = Math.Min(FurthestInPeaks * _peak, double.MaxValue);
        Value = Math.Clamp(Value + (LearningRate * _peak * ((above ? 1 : 0) - (1 - level))), signed ? -furthest : 0, furthest);
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.Write(Value);
        writer.Write(_peak);
    }

    internal void Load(ref MessagePackReader reader)
    {
        Value = reader.ReadFinite();
        _peak = reader.ReadFinite();
        StateFormat.Require((signed || Value >= 0) && _peak >= 0, "the width of an interval is negative");
    }
}
