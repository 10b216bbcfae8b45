using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised;

/// <summary>Mean and variance of numbers that come one after the other, without their squares: nothing cancels.</summary>
/// <remarks>Source: B. P. Welford, Note on a Method for Calculating Corrected Sums of Squares and Products, Technometrics 1962; with fading as T. Finch,
/// Incremental calculation of weighted mean and variance, 2009, has it.</remarks>
internal struct RunningMoments
{
    /// <summary>Fields that <see cref="Save"/> writes.</summary>
    internal const int Fields = 3;

    /// <summary>Numbers, or the sum of their weights.</summary>
    internal double Weight { get; private set; }

    /// <summary>0 before the first.</summary>
    internal double Mean { get; private set; }

    /// <summary>Sum of squared deviations from the mean.</summary>
    internal double Spread { get; private set; }

    /// <summary>0 before the second.</summary>
    internal readonly double Variance => Weight > 0 ? Spread / Weight : 0;

    /// <param name="value">Finite.</param>
    /// <param name="fading">By which the weight of a number shrinks with each later one; 1: all weigh alike.</param>
    internal void Add(double value, double fading = 1)
    {
        Weight = (fading * Weight) + 1;
        var deviation = value - Mean;
        Mean += deviation / Weight;
        Spread = (fading * Spread) + (deviation * (value - Mean));
    }

    /// <summary>As if all numbers had been so many times as large.</summary>
    internal void Rescale(double factor)
    {
        Mean *= factor;
        Spread *= factor * factor;
    }

    internal readonly void Save(ref MessagePackWriter writer)
    {
        writer.Write(Weight);
        writer.Write(Mean);
        writer.Write(Spread);
    }

    internal void Load(ref MessagePackReader reader)
    {
        (Weight, Mean, Spread) = (reader.ReadFinite(), reader.ReadFinite(), reader.ReadFinite());
        StateFormat.Require(Weight >= 0 && Spread >= 0, "moments of numbers are negative");
    }}
