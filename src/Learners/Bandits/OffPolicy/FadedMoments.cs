using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Bandits.OffPolicy;

/// <summary>Weighted mean of values that fade, and the sum of their weighted squared distances from it, without cancellation.</summary>
/// <remarks>Source: D. H. D. West, Updating mean and variance estimates: an improved method, Communications of the ACM 22 (1979), which is
/// Welford's update with weights; fading multiplies all earlier weights by a factor.</remarks>
/// <param name="Mean">Weighted mean; 0 where no value has a weight.</param>
/// <param name="Squares">Weighted sum of squared distances from the mean.</param>
internal readonly record struct FadedMoments(double Mean, double Squares)
{
    /// <summary>Fields that <see cref="Write"/> writes.</summary>
    internal const int Fields = 2;

    /// <summary>These moments, faded, and one more value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="weight">Its weight, 0 or more.</param>
    /// <param name="total">Sum of all faded weights, this one included.</param>
    /// <param name="fading">Factor of the earlier weights.</param>
    internal FadedMoments Plus(double value, double weight, double total, double fading)
    {
        if (weight == 0)
        {
            return this with { Squares = fading * Squares };
        }

        var before = value - Mean;
        var mean = Mean + (weight / total * before);

        // Where all earlier weights have faded away, rounding may put the mean beyond the value.
        return new FadedMoments(mean, (fading * Squares) + Math.Max(0, weight * before * (value - mean)));
    }

    /// <summary>The moments of these values and others together.</summary>
    /// <param name="total">Sum of the weights of these.</param>
    /// <param name="other">The moments of the others.</param>
    /// <param name="otherTotal">Sum of their weights.</param>
    /// <remarks>Source: T. F. Chan, G. H. Golub, R. J. LeVeque, Algorithms for computing the sample variance, The American Statistician 37
    /// (1983), equation 1.5.</remarks>
    internal FadedMoments With(double total, FadedMoments other, double otherTotal)
    {
        if (otherTotal == 0)
        {
            return this;
        }

        var share = otherTotal / (total + otherTotal);
        var apart = other.Mean - Mean;
        return new FadedMoments(Mean + (share * apart), Squares + other.Squares + (total * share * apart * apart));
    }

    internal void Write(ref MessagePackWriter writer)
    {
        writer.Write(Mean);
        writer.Write(Squares);
    }

    /// <summary>Reads moments of values that are at most <paramref name="largest"/> from 0, whose weights sum to
    /// <paramref name="total"/>.</summary>
    internal static FadedMoments Read(ref MessagePackReader reader, double largest, double total)
    {
        var moments = new FadedMoments(reader.ReadFinite(), reader.ReadFinite());

        // The mean square is at most that of the largest, for all that may yet come too; twice as much leaves room for rounding.
        StateFormat.Require(
            moments.Squares >= 0 && moments.Mean * moments.Mean <= 2 * largest * largest
                && moments.Squares <= total * ((2 * largest * largest) - (moments.Mean * moments.Mean)),
            "mean and variance do not fit the values that there can be");
        return moments;
    }
}
