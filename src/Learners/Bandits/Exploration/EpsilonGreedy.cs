namespace StreamLearn.Learners.Bandits.Exploration;

/// <summary>The best action but for a share ε of the rounds, in which all K that may be chosen are alike: p(a) = ε/K, the rest for the
/// best.</summary>
internal static class EpsilonGreedy
{
    /// <param name="costs">[K], finite.</param>
    /// <param name="allowed">[K] or empty: which may be chosen.</param>
    /// <param name="epsilon">ε, from 0 to 1.</param>
    /// <param name="probabilities">[K], written.</param>
    internal static void Fill(ReadOnlySpan<double> costs, ReadOnlySpan<byte> allowed, double epsilon, Span<double> probabilities)
    {
        probabilities.Clear();
        probabilities[AllowedActions.Best(costs, allowed)] = 1;
        LeastProbability.Raise(allowed, epsilon, AllowedActions.Best(costs, allowed), probabilities);
    }
}
