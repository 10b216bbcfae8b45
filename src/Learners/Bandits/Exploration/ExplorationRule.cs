namespace StreamLearn.Learners.Bandits.Exploration;

/// <summary>How probabilities come from expected costs.</summary>
internal enum ExplorationRule
{
    /// <summary><see cref="Exploration.InverseGapWeighting"/>.</summary>
    InverseGapWeighting,

    /// <summary><see cref="Exploration.ReweightedInverseGapWeighting"/>.</summary>
    ReweightedInverseGapWeighting,

    /// <summary><see cref="Exploration.EpsilonGreedy"/>.</summary>
    EpsilonGreedy,
}
