using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Forecasting;

/// <summary>
/// Half-width of the interval around the forecasts of one series at one horizon, adapted so that the chosen share of targets lies within: a
/// quantile of the absolute errors, as <see cref="QuantileTracker"/> tracks it.
/// </summary>
internal sealed class IntervalTracker(double coverage)
{
    private readonly QuantileTracker _errors = new(coverage, signed: false);

    /// <summary>Half-width, in the series' unit.</summary>
    internal double HalfWidth => _errors.Value;

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

        _errors.Add(error);
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(QuantileTracker.Fields + 1);
        _errors.Save(ref writer);
        writer.Write(Covered);
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadLength(QuantileTracker.Fields + 1);
        _errors.Load(ref reader);
        Covered = reader.ReadInt64();
    }
}
