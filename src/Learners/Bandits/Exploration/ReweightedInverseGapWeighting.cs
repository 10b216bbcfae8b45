namespace StreamLearn.Learners.Bandits.Exploration;

/// <summary>
/// FastCB's rule: p(a) = y(b) / (K y(b) + γ (y(a) - y(b))) for a ≠ b, the rest for the best action b: the smaller the cost that is expected
/// of the best action, the greedier. K counts the actions that may be chosen.
/// </summary>
/// <remarks>
/// Foster and Krishnamurthy, "Efficient First-Order Contextual Bandits: Prediction, Allocation, and Triangular Discrimination", NeurIPS
/// 2021, equation (4). Costs are taken as within [1e-6, 1 - 1e-6]: at 0 the rule would be 0/0.
/// </remarks>
internal static class ReweightedInverseGapWeighting
{
    private const double Least = 1e-6;

    /// <inheritdoc cref="InverseGapWeighting.Fill"/>
    internal static void Fill(ReadOnlySpan<double> costs, ReadOnlySpan<byte> allowed, double gamma, Span<double> probabilities) =>
        Fill(costs, allowed, AllowedActions.Best(costs, allowed), gamma, probabilities);

    /// <summary>The same where somebody knows the best action: one of the smallest cost.</summary>
    internal static void Fill(ReadOnlySpan<double> costs, ReadOnlySpan<byte> allowed, int best, double gamma, Span<double> probabilities)
    {
        var count = AllowedActions.Count(allowed, costs.Length);
        var least = Clamped(costs[best]);
        var others = 0.0;
        for (var action = 0; action < costs.Length; action++)
        {
            var isOther = action != best && AllowedActions.Contains(allowed, action);

            // At a gap of 0 exactly 1/K, whatever the division would round to.
            var gap = isOther ? Clamped(costs[action]) - least : 0;
            probabilities[action] = isOther ? 1 / (count + (gamma * gap / least)) : 0;
            others += probabilities[action];
        }

        probabilities[best] = Math.Max(1.0 / count, 1 - others);
    }

    private static double Clamped(double cost) => Math.Clamp(cost, Least, 1 - Least);
}
