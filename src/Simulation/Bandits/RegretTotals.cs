namespace StreamLearn.Simulation.Bandits;

/// <summary>Sums of expected costs over steps, of what was chosen and of what could have been chosen.</summary>
/// <param name="Steps">How many steps.</param>
/// <param name="Cost">Of the choices.</param>
/// <param name="BestFixedCost">Of the one choice per key that is best in hindsight.</param>
/// <param name="BestDynamicCost">Of the best choice of each step.</param>
/// <param name="UniformCost">Of choices by lot, all equally likely.</param>
public readonly record struct RegretTotals(long Steps, double Cost, double BestFixedCost, double BestDynamicCost, double UniformCost)
{
    /// <summary>What the choices cost more than the best fixed ones; below zero if they are better.</summary>
    public double FixedRegret => Cost - BestFixedCost;

    /// <summary>What the choices cost more than the best of each step, from 0 up.</summary>
    public double DynamicRegret => Cost - BestDynamicCost;
}
