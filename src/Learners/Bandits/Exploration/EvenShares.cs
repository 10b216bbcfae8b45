namespace StreamLearn.Learners.Bandits.Exploration;

/// <summary>The same probability for each action whose number is at most a bound, 0 for the others.</summary>
internal static class EvenShares
{
    /// <param name="numbers">[K]; at least one of an action that may be chosen is within the bound.</param>
    /// <param name="allowed">[K] or empty: which may be chosen.</param>
    /// <param name="bound">The largest number that has a share.</param>
    /// <param name="probabilities">[K], written.</param>
    internal static void Fill(ReadOnlySpan<double> numbers, ReadOnlySpan<byte> allowed, double bound, Span<double> probabilities)
    {
        var count = 0;
        for (var action = 0; action < numbers.Length; action++)
        {
            count += Has(numbers, allowed, bound, action) ? 1 : 0;
        }

        for (var action = 0; action < numbers.Length; action++)
        {
            probabilities[action] = Has(numbers, allowed, bound, action) ? 1.0 / count : 0;
        }
    }

    private static bool Has(ReadOnlySpan<double> numbers, ReadOnlySpan<byte> allowed, double bound, int action) =>
        AllowedActions.Contains(allowed, action) && numbers[action] <= bound;
}
