namespace StreamLearn.Learners.Networks;

/// <summary>How many hidden units of a network were active, over the samples of a pass and the layers.</summary>
/// <param name="Active">Pairs of a sample and a unit whose activation was above 0.</param>
/// <param name="Counted">Pairs of a sample and a unit.</param>
public readonly record struct UnitActivity(long Active, long Counted)
{
    /// <summary>The fraction of active units (FAU): their mean rate of being on, pooled over layers; NaN: none was counted.</summary>
    /// <remarks>Ma et al., "Revisiting plasticity in visual reinforcement learning", ICLR 2024, as its code computes it. It is not the share of units that are active for some
    /// sample of the batch.</remarks>
    public double Fraction => Counted == 0 ? double.NaN : (double)Active / Counted;

    /// <summary>Both together.</summary>
    public static UnitActivity operator +(UnitActivity left, UnitActivity right) => new(left.Active + right.Active, left.Counted + right.Counted);
}
