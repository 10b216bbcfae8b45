namespace StreamLearn.Learners.Bandits.Confidence;

/// <summary>How a <see cref="RidgeBandit"/> decides.</summary>
internal enum ConfidenceRule
{
    /// <summary>The smallest lower bound f - α √q, the first one on ties.</summary>
    LinUcb,

    /// <summary>The smallest lower bound f - √(Δ q), all that have it alike.</summary>
    RegCbOptimistic,

    /// <summary>All alike whose lower bound is at most the smallest upper bound, bounds being within [0, 1].</summary>
    RegCbElimination,
}
