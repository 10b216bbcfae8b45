using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised;

/// <summary>Brings targets to mean 0 and deviation 1 by what has been learned so far, and what is said of them back: errors of all keys then weigh alike.</summary>
/// <remarks>In units of a large target, so that nothing overflows. Cut off at ±10 deviations. Before targets have varied all are 0, and what is said is their mean. Once some
/// are known, one that is further from their mean than <see cref="Outlier"/> deviations counts as that far in mean and deviation: a single one of 1e200 does not make all others
/// the same, while a new level is reached within some dozens of targets.</remarks>
/// <param name="fading">By which the weight of a target shrinks with each later one; 1: all weigh alike.</param>
internal sealed class TargetNormalizer(double fading)
{
    /// <summary>Deviations from the mean that count as an outlier.</summary>
    internal const double Outlier = 100;

    private const double Limit = 10;

    /// <summary>Targets after which outliers are known.</summary>
    private const int Known = 10;

    /// <summary>Units that are so much larger than mean and deviation are made smaller, by the same step: squares of small numbers would be 0.</summary>
    private const double SmallShare = 1e-6;

    private const double UnitStep = 1e-3;

    /// <summary>Deviations below that share of the mean are rounding.</summary>
    private const double Resolution = 1e-12;

    private double _unit;
    private RunningMoments _moments;
    private int _count;

    /// <summary>Takes a target in.</summary>
    internal void Observe(double target)
    {
        if (_count >= Known && Deviation is > 0 and var deviation)
        {
            target = Math.Clamp(target / _unit, _moments.Mean - (Outlier * deviation), _moments.Mean + (Outlier * deviation)) * _unit;
        }

        _count = Math.Min(_count + 1, Known);
        if (Math.Abs(target) > _unit)
        {
            // Of units without a number nothing is known but zeros.
            _moments.Rescale(_unit / Math.Abs(target));
            _unit = Math.Abs(target);
        }

        _moments.Add(_unit > 0 ? target / _unit : 0, fading);
        if (_unit * UnitStep > 0 && _moments.Mean != 0 && Math.Abs(_moments.Mean) + Deviation < SmallShare)
        {
            _moments.Rescale(1 / UnitStep);
            _unit *= UnitStep;
        }
    }

    /// <summary>What a target is to a model.</summary>
    internal double Normalize(double target) =>
        Deviation is > 0 and var deviation ? Math.Clamp(((target / _unit) - _moments.Mean) / deviation, -Limit, Limit) : 0;

    /// <summary>What a model says, as a target; the mean where that would not be finite.</summary>
    internal double Restore(double said)
    {
        var target = (_moments.Mean + (said * Deviation)) * _unit;
        return double.IsFinite(target) ? target : _moments.Mean * _unit;
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2 + RunningMoments.Fields);
        writer.Write(_unit);
        writer.Write(_count);
        _moments.Save(ref writer);
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadLength(2 + RunningMoments.Fields);
        _unit = reader.ReadFinite();
        _count = reader.ReadInt32();
        _moments.Load(ref reader);
        StateFormat.Require(_count is >= 0 and <= Known, "more targets are counted than are");
        StateFormat.Require(_unit >= 0 && Math.Abs(_moments.Mean) <= 1 + Resolution, "a mean of targets is larger than the largest");
    }

    private double Deviation => Math.Sqrt(_moments.Variance) is var deviation && deviation > Resolution * Math.Abs(_moments.Mean) ? deviation : 0;
}
