using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised;

/// <summary>Brings targets to mean 0 and deviation 1 by what has been learned so far, and what is said of them back: errors of all keys then weigh alike.</summary>
/// <remarks>In units of the largest absolute target so far, so that nothing overflows. Cut off at ±10 deviations. Before targets have varied all are 0, and
/// what is said is their mean.</remarks>
/// <param name="fading">By which the weight of a target shrinks with each later one; 1: all weigh alike.</param>
internal sealed class TargetNormalizer(double fading)
{
    private const double Limit = 10;

    /// <summary>Deviations below that share of the mean are rounding.</summary>
    private const double Resolution = 1e-12;

    private double _unit;
    private RunningMoments _moments;

    /// <summary>Takes a target in.</summary>
    internal void Observe(double target)
    {
        if (Math.Abs(target) > _unit)
        {
            // Of units without a number nothing is known but zeros.
            _moments.Rescale(_unit / Math.Abs(target));
            _unit = Math.Abs(target);
        }

        _moments.Add(_unit > 0 ? target / _unit : 0, fading);
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
        writer.WriteArrayHeader(1 + RunningMoments.Fields);
        writer.Write(_unit);
        _moments.Save(ref writer);
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadLength(1 + RunningMoments.Fields);
        _unit = reader.ReadFinite();
        _moments.Load(ref reader);
        StateFormat.Require(_unit >= 0 && Math.Abs(_moments.Mean) <= 1 + Resolution, "a mean of targets is larger than the largest");
    }

    private double Deviation => Math.Sqrt(_moments.Variance) is var deviation && deviation > Resolution * Math.Abs(_moments.Mean) ? deviation : 0;
}
