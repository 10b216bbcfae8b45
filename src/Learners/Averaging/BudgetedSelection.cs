namespace StreamLearn.Learners.Averaging;

/// <summary>One option for each of several things, so that together they cost least and their errors keep within a budget: dynamic programming over the
/// budget, cut into buckets, with errors rounded up.</summary>
/// <remarks>Markov, Alim, Frantar and Alistarh, "L-GreCo: Layerwise-Adaptive Gradient Compression for Efficient and Accurate Deep Learning", MLSys
/// 2024.</remarks>
public static class BudgetedSelection
{
    /// <summary>Buckets that the budget is cut into.</summary>
    public const int DefaultBuckets = 10_000;

    /// <summary>The option of each thing, or null where none are within the budget. Of options that cost the same the first is taken.</summary>
    /// <param name="errors">For each thing the error of each option, 0 or more.</param>
    /// <param name="costs">What they cost.</param>
    /// <param name="budget">What the errors may come to together, 0 or more.</param>
    /// <param name="buckets">How finely it is cut.</param>
    public static int[]? Choose(double[][] errors, long[][] costs, double budget, int buckets = DefaultBuckets)
    {
        const long Impossible = long.MaxValue / 2;
        var least = new long[buckets + 1];
        var next = new long[buckets + 1];
        var taken = new byte[errors.Length][];
        for (var thing = 0; thing < errors.Length; thing++)
        {
            taken[thing] = new byte[buckets + 1];
            Array.Fill(next, Impossible);
            for (var option = 0; option < errors[thing].Length; option++)
            {
                var units = Units(errors[thing][option], budget, buckets);
                for (var spent = units; spent <= buckets; spent++)
                {
                    var cost = least[spent - units] + costs[thing][option];
                    if (cost < next[spent])
                    {
                        next[spent] = cost;
                        taken[thing][spent] = (byte)option;
                    }
                }
            }

            (least, next) = (next, least);
        }

        if (least[buckets] >= Impossible)
        {
            return null;
        }

        var chosen = new int[errors.Length];
        var left = buckets;
        for (var thing = errors.Length - 1; thing >= 0; thing--)
        {
            chosen[thing] = taken[thing][left];
            left -= Units(errors[thing][chosen[thing]], budget, buckets);
        }

        return chosen;
    }

    /// <summary>Buckets that an error takes; one more than there are where it does not fit.</summary>
    private static int Units(double error, double budget, int buckets) =>
        error <= 0 ? 0 : error <= budget ? (int)Math.Min(Math.Ceiling(error / budget * buckets), buckets) : buckets + 1;
}
