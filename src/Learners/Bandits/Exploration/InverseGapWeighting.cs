namespace StreamLearn.Learners.Bandits.Exploration;

/// <summary>
/// SquareCB's rule: p(a) = 1 / (K + γ (y(a) - y(b))) for a ≠ b, the rest for the best action b. K counts the actions that may be chosen.
/// </summary>
/// <remarks>Foster and Rakhlin, "Beyond UCB: Optimal and Efficient Contextual Bandits with Regression Oracles", ICML 2020, algorithm 1 with
/// µ = K. p(b) ≥ 1/K, for the others have at most that.</remarks>
internal static class InverseGapWeighting
{
    /// <param name="costs">[K], finite: y.</param>
    /// <param name="allowed">[K] or empty: which may be chosen.</param>
    /// <param name="gamma">γ, at least 0; 0: all alike.</param>
    /// <param name="probabilities">[K], written.</param>
    internal static void Fill(ReadOnlySpan<double> costs, ReadOnlySpan<byte> allowed, double gamma, Span<double> probabilities) =>
        Fill(costs, allowed, AllowedActions.Best(costs, allowed), gamma, probabilities);

    /// <summary>The same where somebody knows the best action: one of the smallest cost.</summary>
    internal static void Fill(ReadOnlySpan<double> costs, ReadOnlySpan<byte> allowed, int best, double gamma, Span<double> probabilities)
    {
        var count = AllowedActions.Count(allowed, costs.Length);
        var others = 0.0;
        for (var action = 0; action < costs.Length; action++)
        {
            var isOther = action != best && AllowedActions.Contains(allowed, action);
            probabilities[action] = isOther ? 1 / (count + (gamma * (costs[action] - costs[best]))) : 0;
            others += probabilities[action];
        }

        probabilities[best] = Math.Max(1.0 / count, 1 - others);
    }
}
