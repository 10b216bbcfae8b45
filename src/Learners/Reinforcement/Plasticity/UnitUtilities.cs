using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Reinforcement.Plasticity;

/// <summary>How useful the units of one hidden layer have been, and which are due to be replaced: continual backprop.</summary>
/// <remarks>Dohare et al., "Loss of plasticity in deep continual learning", Nature 2024, with the contribution utility: what a unit gives times the mean size of its outgoing weights.</remarks>
internal sealed class UnitUtilities(int width, double rate, long maturity)
{
    private const double Decay = 0.99;
    private const string Name = "unit-utilities";
    private const int Version = 1;
    private const int Fields = 4;

    private readonly long[] _ages = new long[width];
    private readonly double[] _means = new double[width];
    private readonly double[] _utilities = new double[width];
    private double _due;

    /// <summary>The running mean of a unit's activation, corrected for its start at 0.</summary>
    internal double MeanOf(int unit) => _ages[unit] == 0 ? 0 : _means[unit] / (1 - Math.Pow(Decay, _ages[unit]));

    /// <summary>Takes the activations of an update in.</summary>
    /// <param name="means">[width]: mean activation over the batch, of units that are never below 0.</param>
    /// <param name="outgoing">[width]: mean absolute weight that goes out.</param>
    internal void Observe(ReadOnlySpan<float> means, ReadOnlySpan<float> outgoing)
    {
        for (var unit = 0; unit < width; unit++)
        {
            _ages[unit]++;
            _means[unit] = (Decay * _means[unit]) + ((1 - Decay) * means[unit]);
            _utilities[unit] = (Decay * _utilities[unit]) + ((1 - Decay) * means[unit] * outgoing[unit]);
        }

        var mature = 0;
        foreach (var age in _ages)
        {
            mature += age > maturity ? 1 : 0;
        }

        _due += rate * mature;
    }

    /// <summary>The unit that is to be replaced next; -1: none is due. It is new then.</summary>
    internal int TakeDue()
    {
        if (_due < 1)
        {
            return -1;
        }

        var (least, worst) = (double.PositiveInfinity, -1);
        for (var unit = 0; unit < width; unit++)
        {
            var utility = _utilities[unit] / (1 - Math.Pow(Decay, _ages[unit]));
            if (_ages[unit] > maturity && utility < least)
            {
                (least, worst) = (utility, unit);
            }
        }

        if (worst >= 0)
        {
            _due--;
        }

        return worst;
    }

    /// <summary>A unit has been replaced.</summary>
    internal void Renew(int unit) => (_ages[unit], _means[unit], _utilities[unit]) = (0, 0, 0);

    /// <summary>All units are new.</summary>
    internal void Reset()
    {
        Array.Clear(_ages);
        Array.Clear(_means);
        Array.Clear(_utilities);
        _due = 0;
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Name, Version, Fields);
        writer.WriteArrayHeader(width);
        foreach (var age in _ages)
        {
            writer.Write(age);
        }

        writer.WriteDoubles(_means);
        writer.WriteDoubles(_utilities);
        writer.Write(_due);
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Name, Version, Fields);
        reader.ReadLength(width);
        foreach (ref var age in _ages.AsSpan())
        {
            age = reader.ReadInt64();
            StateFormat.Require(age >= 0, "the age of a unit is below 0");
        }

        reader.ReadDoubles(_means);
        reader.ReadDoubles(_utilities);
        _due = reader.ReadFinite();
        StateFormat.Require(_due >= 0, "fewer than no units are due");
    }
}
