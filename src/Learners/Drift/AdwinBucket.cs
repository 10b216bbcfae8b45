using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Drift;

/// <summary>What <see cref="AdwinDetector"/> keeps of a number of values that follow each other.</summary>
/// <param name="Count">How many.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Squares">Sum of the squares of their distances from it.</param>
/// <param name="Min">The smallest.</param>
/// <param name="Max">The largest.</param>
internal readonly record struct AdwinBucket(long Count, double Mean, double Squares, double Min, double Max)
{
    internal double Range => Max - Min;

    internal static AdwinBucket Of(double value) => new(1, value, 0, value, value);

    /// <summary>The values of both.</summary>
    /// <remarks>Source: T. Chan, G. Golub, R. LeVeque, Updating formulae and a pairwise algorithm for computing sample variances (1979):
    /// no difference of two large sums is taken.</remarks>
    internal AdwinBucket With(AdwinBucket other)
    {
        if (Count == 0)
        {
            return other;
        }

        var count = Count + other.Count;
        var difference = other.Mean - Mean;
        var share = other.Count / (double)count;
        var (min, max) = (Math.Min(Min, other.Min), Math.Max(Max, other.Max));
        return new AdwinBucket(
            count,
            // Rounding may not carry it out of the values' range.
            Math.Clamp(Mean + (difference * share), min, max),
            Squares + other.Squares + (difference * difference * Count * share),
            min,
            max);
    }

    internal void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(4);
        writer.Write(Mean);
        writer.Write(Squares);
        writer.Write(Min);
        writer.Write(Max);
    }

    internal static AdwinBucket Read(ref MessagePackReader reader, long count)
    {
        reader.ReadLength(4);
        var bucket = new AdwinBucket(count, reader.ReadFinite(), reader.ReadFinite(), reader.ReadFinite(), reader.ReadFinite());
        StateFormat.Require(
            bucket.Min >= -DriftMagnitude.Largest && bucket.Max <= DriftMagnitude.Largest && bucket.Mean >= bucket.Min
                && bucket.Mean <= bucket.Max && bucket.Squares >= 0 && bucket.Squares <= count * bucket.Range * bucket.Range,
            "a bucket of a window contradicts itself");
        return bucket;
    }
}
