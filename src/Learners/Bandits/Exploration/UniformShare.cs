namespace StreamLearn.Learners.Bandits.Exploration;

/// <summary>Gives a share ε of the probability to all actions that may be chosen alike, as ε-greedy does: what a method that is sure of its choice decides
/// can then be evaluated off-policy.</summary>
internal static class UniformShare
{
    /// <summary>ε where nothing else is said: ten rounds of ten thousand.</summary>
    internal const double Default = 0.001;

    /// <summary>p ← (1 - ε) p + ε / K.</summary>
    /// <param name="allowed">[K] or empty: which may be chosen.</param>
    /// <param name="epsilon">ε, from 0 to 1; 0 changes nothing.</param>
    /// <param name="probabilities">[K], changed.</param>
    internal static void Mix(ReadOnlySpan<byte> allowed, double epsilon, Span<double> probabilities)
    {
        if (epsilon <= 0)
        {
            return;
        }

        var least = epsilon / AllowedActions.Count(allowed, probabilities.Length);
        for (var action = 0; action < probabilities.Length; action++)
        {
            probabilities[action] = AllowedActions.Contains(allowed, action) ? ((1 - epsilon) * probabilities[action]) + least : 0;
        }
    }
}
