namespace StreamLearn.Cli.Experiments.LinkFailure;

/// <summary>Whether one model is better than another on the same links around the same failures.</summary>
/// <param name="Pairs">How many there are.</param>
/// <param name="Ratio">Geometric mean of the first one's error by the other's; below 1: the first is better.</param>
/// <param name="BetterShare">Share of pairs on which the first is better.</param>
/// <param name="WorseShare">Share of pairs on which it is worse; on the others they are equal.</param>
/// <param name="PValue">Two-sided, of the differences of the errors' logarithms.</param>
/// <remarks>
/// Wilcoxon's signed-rank test with the normal approximation, mean ranks for ties, and correction for them; pairs that are equal are left out (Wilcoxon,
/// Biometrics Bulletin 1, 1945). Links around one failure share its traffic, so that pairs are not independent: p is too small rather than too large.
/// </remarks>
internal sealed record PairedComparison(int Pairs, double Ratio, double BetterShare, double WorseShare, double PValue)
{
    private const double Tiny = 1e-12;

    internal static PairedComparison Of(IReadOnlyList<double> first, IReadOnlyList<double> other)
    {
        if (first.Count != other.Count || first.Count == 0)
        {
            throw new ArgumentException($"Expected as many errors of both, at least one, found {first.Count} and {other.Count}.");
        }

        double[] differences = [.. first.Zip(other, (a, b) => Math.Log(Math.Max(a, Tiny)) - Math.Log(Math.Max(b, Tiny)))];
        return new PairedComparison(
            first.Count, Math.Exp(differences.Average()), Share(difference => difference < 0), Share(difference => difference > 0), SignedRank(differences));

        double Share(Func<double, bool> condition) => differences.Count(condition) / (double)differences.Length;
    }

    private static double SignedRank(double[] differences)
    {
        double[] changed = [.. differences.Where(difference => difference != 0).OrderBy(Math.Abs)];
        var n = (double)changed.Length;
        if (n == 0)
        {
            return 1;
        }

        var (positive, ties) = (0.0, 0.0);
        for (var from = 0; from < changed.Length;)
        {
            var end = from + 1;
            while (end < changed.Length && Math.Abs(changed[end]) == Math.Abs(changed[from]))
            {
                end++;
            }

            var rank = (from + 1 + end) / 2.0;
            var tied = (double)(end - from);
            ties += (tied * tied * tied) - tied;
            for (; from < end; from++)
            {
                positive += changed[from] > 0 ? rank : 0;
            }
        }

        var variance = (n * (n + 1) * ((2 * n) + 1) / 24) - (ties / 48);
        var distance = Math.Max(0, Math.Abs(positive - (n * (n + 1) / 4)) - 0.5);
        return Math.Min(1, 2 * UpperTail(distance / Math.Sqrt(variance)));
    }

    /// <summary>P(Z > z) of a standard normal variable, to 1e-7 for z from 0 up. Abramowitz and Stegun, 26.2.17.</summary>
    private static double UpperTail(double z)
    {
        var t = 1 / (1 + (0.2316419 * z));
        var series = t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * series;
    }
}
