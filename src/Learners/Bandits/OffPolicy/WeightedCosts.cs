using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Bandits.OffPolicy;

/// <summary>Importance weights w and the costs c under them: what the self-normalised mean R = Σ w c / Σ w, its error and the
/// effective sample size need. An example of age i, 0 the newest, counts λ^i.</summary>
/// <remarks>The error of R needs Q = Σ λ^i w² (c - R)², while R moves with every example. With m the mean of the costs weighted by w²,
/// Q = Σ λ^i w² (c - m)² + Σ λ^i w² · (m - R)²: two sums without a negative term, so costs far from 0 lose no digits.</remarks>
/// <param name="Sum">Σ λ^i w.</param>
/// <param name="Squares">Σ λ^i w².</param>
/// <param name="SquaresOfFaded">Σ (λ^i w)².</param>
/// <param name="Mean">R; 0 where no weight is positive.</param>
/// <param name="BySquare">Moments of the costs under w².</param>
internal readonly record struct WeightedCosts(
    double Sum, double Squares, double SquaresOfFaded, double Mean, FadedMoments BySquare)
{
    /// <summary>Fields that <see cref="Write"/> writes.</summary>
    internal const int Fields = 4 + FadedMoments.Fields;

    // Smaller sums have lost digits to underflow: all weights that counted have faded away.
    private const double SmallestSum = 1e-150;
    private const double SmallestSquares = SmallestSum * SmallestSum;

    /// <summary>(Σ λ^i w)² / Σ (λ^i w)²: that many examples of equal weight would tell as much; 0 where no weight is
    /// positive.</summary>
    /// <remarks>Source: L. Kish, Survey sampling (1965).</remarks>
    internal double EffectiveSampleSize => SquaresOfFaded >= SmallestSquares ? Sum * Sum / SquaresOfFaded : 0;

    /// <summary>Q: Σ λ^i w² (c - R)².</summary>
    internal double Residuals
    {
        get
        {
            var apart = BySquare.Mean - Mean;
            return BySquare.Squares + (Squares * apart * apart);
        }
    }

    /// <summary>These sums, faded, and one more example.</summary>
    internal WeightedCosts Plus(double weight, double cost, double fading)
    {
        var square = weight * weight;
        var sum = (fading * Sum) + weight;
        var squares = (fading * Squares) + square;
        return new WeightedCosts(
            sum, squares, (fading * fading * SquaresOfFaded) + square,
            weight > 0 ? Mean + (weight / sum * (cost - Mean)) : Mean, BySquare.Plus(cost, square, squares, fading));
    }

    /// <summary>The sums of these examples and others together.</summary>
    internal WeightedCosts With(WeightedCosts other) => new(
        Sum + other.Sum, Squares + other.Squares, SquaresOfFaded + other.SquaresOfFaded,
        other.Sum > 0 ? Mean + (other.Sum / (Sum + other.Sum) * (other.Mean - Mean)) : Mean,
        BySquare.With(Squares, other.BySquare, other.Squares));

    internal void Write(ref MessagePackWriter writer)
    {
        writer.Write(Sum);
        writer.Write(Squares);
        writer.Write(SquaresOfFaded);
        writer.Write(Mean);
        BySquare.Write(ref writer);
    }

    /// <summary>Reads sums of <paramref name="count"/> examples whose faded number is <paramref name="total"/>.</summary>
    internal static WeightedCosts Read(
        ref MessagePackReader reader, double largestWeight, double largestCost, double total, long count)
    {
        var costs = new WeightedCosts(reader.ReadFinite(), reader.ReadFinite(), reader.ReadFinite(), reader.ReadFinite(), default);

        // What follows from weights up to the largest, and goes on to whatever comes; with room for rounding and for what has faded away.
        StateFormat.Require(
            costs.Sum >= 0 && costs.Sum <= 2 * largestWeight * total
                && costs.Squares >= 0 && costs.Squares <= 2 * largestWeight * (costs.Sum + SmallestSum)
                && costs.SquaresOfFaded >= 0 && costs.SquaresOfFaded <= 2 * (costs.Squares + SmallestSquares)
                && costs.Sum * costs.Sum <= 2.0 * count * (costs.SquaresOfFaded + SmallestSquares)
                && Math.Abs(costs.Mean) <= 2 * largestCost,
            "importance weights or costs contradict each other");
        return costs with { BySquare = FadedMoments.Read(ref reader, largestCost, costs.Squares + SmallestSquares) };
    }
}
