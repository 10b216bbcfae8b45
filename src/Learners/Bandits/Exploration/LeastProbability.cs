namespace StreamLearn.Learners.Bandits.Exploration;

/// <summary>Sees to it that each of the K actions that may be chosen has a probability of at least ε/K; the best one pays for it.</summary>
internal static class LeastProbability
{
    /// <param name="allowed">[K] or empty: which may be chosen.</param>
    /// <param name="epsilon">ε, from 0 to 1; 0 changes nothing.</param>
    /// <param name="best">The action that pays; no other has more than 1/K, or it has all.</param>
    /// <param name="probabilities">[K], changed.</param>
    internal static void Raise(ReadOnlySpan<byte> allowed, double epsilon, int best, Span<double> probabilities)
    {
        if (epsilon <= 0)
        {
            return;
        }

        var count = AllowedActions.Count(allowed, probabilities.Length);
        var others = 0.0;
        for (var action = 0; action < probabilities.Length; action++)
        {
            if (action != best && AllowedActions.Contains(allowed, action))
            {
                probabilities[action] = Math.Max(probabilities[action], epsilon / count);
                others += probabilities[action];
            }
        }

        probabilities[best] = Math.Max(1.0 / count, 1 - others);
    }
}
