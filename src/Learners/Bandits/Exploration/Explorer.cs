namespace StreamLearn.Learners.Bandits.Exploration;

/// <summary>Turns expected costs into probabilities by the rule and schedule of a learner. Has no state.</summary>
internal sealed class Explorer(ExplorationOptions options)
{
    // Workspace: the costs as they are weighed.
    private double[] _weighed = [];

    /// <param name="costs">[K], finite.</param>
    /// <param name="allowed">[K] or empty.</param>
    /// <param name="rounds">Rounds that have been learned.</param>
    /// <param name="costSum">What they have cost together.</param>
    /// <param name="probabilities">[K], written.</param>
    internal void Fill(ReadOnlySpan<double> costs, ReadOnlySpan<byte> allowed, long rounds, double costSum, Span<double> probabilities)
    {
        if (options.Rule == ExplorationRule.EpsilonGreedy)
        {
            EpsilonGreedy.Fill(costs, allowed, options.Epsilon, probabilities);
            return;
        }

        // By the costs as they are: clipped ones may be alike.
        var best = AllowedActions.Best(costs, allowed);
        var weighed = options.ClipsCosts ? Clipped(costs) : costs;
        var gamma = options.Gamma.At(rounds, costSum);
        if (options.Rule == ExplorationRule.InverseGapWeighting)
        {
            InverseGapWeighting.Fill(weighed, allowed, best, gamma, probabilities);
        }
        else
        {
            ReweightedInverseGapWeighting.Fill(weighed, allowed, best, gamma, probabilities);
        }

        LeastProbability.Raise(allowed, options.Epsilon, best, probabilities);
    }

    private Span<double> Clipped(ReadOnlySpan<double> costs)
    {
        if (_weighed.Length < costs.Length)
        {
            _weighed = new double[costs.Length];
        }

        var weighed = _weighed.AsSpan(0, costs.Length);
        for (var action = 0; action < costs.Length; action++)
        {
            weighed[action] = Math.Clamp(costs[action], 0, 1);
        }

        return weighed;
    }
}
