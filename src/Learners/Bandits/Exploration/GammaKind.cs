namespace StreamLearn.Learners.Bandits.Exploration;

/// <summary>How γ, the weight of a gap against K, goes on.</summary>
internal enum GammaKind
{
    /// <summary>γ₀.</summary>
    Constant,

    /// <summary>γ₀ nᵖ, n rounds having been learned: the first one is uniform, as Vowpal Wabbit has it.</summary>
    Power,

    /// <summary>γ₀ (1 + Σ cost)ᵖ over the rounds that have been learned.</summary>
    LossAdaptive,
}
