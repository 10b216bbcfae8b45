using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Forecasting;

/// <summary>
/// What the numbers of one series are divided by before a network sees them, from the series itself: fading means of its values, of their absolute
/// deviation from that mean, and of its absolute moves over each horizon; for features their largest absolute value so far.
/// </summary>
/// <remarks>
/// Everything is kept in units of the largest absolute value so far, so that no series overflows. Scaled numbers are cut off at ±10.
/// A scaler that is not told of observations any more stays as it is.
/// </remarks>
/// <param name="horizons">Horizons, in steps.</param>
/// <param name="features">Features of an observation.</param>
/// <param name="forgetting">Factor by which the weight of an observation shrinks with each later one.</param>
internal sealed class SeriesScaler(IReadOnlyList<int> horizons, int features, double forgetting)
{
    /// <summary>Fields that <see cref="Save"/> writes.</summary>
    internal const int Fields = 7;

    private const double Limit = 10;
    private const double Smallest = 1e-9;

    private readonly double[] _featureUnits = new double[features];

    // In units of _unit. Weights: what the fading sums are divided by.
    private readonly double[] _moves = new double[horizons.Count];
    private readonly double[] _moveWeights = new double[horizons.Count];
    private double _mean;
    private double _deviation;
    private double _weight;

    /// <summary>Largest absolute value so far; 0 before the first that is not zero.</summary>
    internal double Unit { get; private set; }

    /// <summary>Takes an observation in: {value, features}.</summary>
    internal void Observe(ReadOnlySpan<double> observation)
    {
        var magnitude = Math.Abs(observation[0]);
        if (magnitude > Unit)
        {
            GrowTo(magnitude);
        }

        for (var f = 0; f < features; f++)
        {
            _featureUnits[f] = Math.Max(_featureUnits[f], Math.Abs(observation[1 + f]));
        }

        var value = InUnit(observation[0]);
        _weight = Fade(_weight);
        _mean += (value - _mean) / _weight;
        _deviation += (Math.Abs(value - _mean) - _deviation) / _weight;
    }

    /// <summary>Takes a move over a horizon (by its index) in.</summary>
    internal void ObserveMove(int horizon, double from, double to)
    {
        // Where the scaling stood still, it may have seen nothing like it.
        if (!double.IsFinite(InUnit(from)))
        {
            GrowTo(Math.Abs(from));
        }

        _moveWeights[horizon] = Fade(_moveWeights[horizon]);
        _moves[horizon] += (Math.Abs(InUnit(to) - InUnit(from)) - _moves[horizon]) / _moveWeights[horizon];
    }

    /// <summary>A value as its distance from the mean in mean absolute deviations.</summary>
    internal float Standardized(double value) => Cut((InUnit(value) - _mean) / Math.Max(_deviation, Smallest));

    /// <summary>A value as a share of <paramref name="headRoom"/> times the largest absolute value.</summary>
    internal float Share(double value, double headRoom) => Cut(InUnit(value) / headRoom);

    /// <summary>The value of a share: the way back from <see cref="Share"/>; <paramref name="fallback"/> where it is no finite number.</summary>
    internal double FromShare(float share, double headRoom, double fallback)
    {
        var value = share * headRoom * Unit;
        return double.IsFinite(value) ? value : fallback;
    }

    /// <summary>A move in units of the mean absolute move over a horizon (by its index); 0 while none has been observed.</summary>
    internal float Move(int horizon, double from, double to) =>
        _moveWeights[horizon] == 0 ? 0 : Cut((InUnit(to) - InUnit(from)) / Math.Max(_moves[horizon], Smallest));

    /// <summary>Where a scaled move leads: the way back from <see cref="Move"/>; <paramref name="from"/> where that is no finite number.</summary>
    internal double AfterMove(int horizon, double from, float move)
    {
        var value = from + (move * _moves[horizon] * Unit);
        return double.IsFinite(value) ? value : from;
    }

    /// <summary>A feature in units of its largest absolute value.</summary>
    internal float Feature(int feature, double value) => Cut(_featureUnits[feature] > 0 ? value / _featureUnits[feature] : 0);

    internal void Save(ref MessagePackWriter writer)
    {
        writer.Write(Unit);
        writer.WriteDoubles(_featureUnits);
        writer.Write(_mean);
        writer.Write(_deviation);
        writer.Write(_weight);
        writer.WriteDoubles(_moves);
        writer.WriteDoubles(_moveWeights);
    }

    internal void Load(ref MessagePackReader reader)
    {
        Unit = reader.ReadFinite();
        reader.ReadDoubles(_featureUnits);
        _mean = reader.ReadFinite();
        _deviation = reader.ReadFinite();
        _weight = reader.ReadFinite();
        reader.ReadDoubles(_moves);
        reader.ReadDoubles(_moveWeights);
        StateFormat.Require(
            Unit >= 0 && _deviation >= 0 && _weight >= 0 && _moves.All(move => move >= 0) && _moveWeights.All(weight => weight >= 0),
            "the numbers of a scaler contradict each other");
    }

    private static float Cut(double value) => double.IsNaN(value) ? 0 : (float)Math.Clamp(value, -Limit, Limit);

    private double InUnit(double value) => Unit > 0 ? value / Unit : 0;

    private double Fade(double weight) => (weight * forgetting) + 1;

    /// <summary>A larger unit; what is in the old one becomes as much smaller.</summary>
    private void GrowTo(double magnitude)
    {
        var ratio = Unit / magnitude;
        Unit = magnitude;
        _mean *= ratio;
        _deviation *= ratio;
        foreach (ref var move in _moves.AsSpan())
        {
            move *= ratio;
        }
    }
}
