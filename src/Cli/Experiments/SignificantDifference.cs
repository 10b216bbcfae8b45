namespace StreamLearn.Cli.Experiments;

/// <summary>Whether paired differences of a few seeds say something: Student's t, two-sided, 5 percent. One comparison in twenty stands out by chance alone.</summary>
internal static class SignificantDifference
{
    /// <summary>Chance that a difference stands out where there is none.</summary>
    internal const double Level = 0.05;

    // 0.975 quantiles of Student's distribution with 1, 2, ... degrees of freedom.
    private static readonly double[] Quantiles =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
        2.052, 2.048, 2.045, 2.042,
    ];

    /// <summary>-1: the mean difference is below 0 by more than chance; 1: above; 0: neither, or there is one seed alone.</summary>
    /// <param name="differences">One for each seed.</param>
    internal static int Sign(IReadOnlyList<double> differences)
    {
        if (differences.Count < 2)
        {
            return 0;
        }

        var spread = Spread.Of(differences);
        var standardError = spread.Deviation / Math.Sqrt(differences.Count - 1);
        return Math.Abs(spread.Mean) > Quantile(differences.Count - 1) * standardError ? Math.Sign(spread.Mean) : 0;
    }

    /// <summary>Standard errors that a difference needs, for so many degrees of freedom.</summary>
    internal static double Quantile(int freedom) => freedom <= Quantiles.Length ? Quantiles[freedom - 1] : 2.04;
}
