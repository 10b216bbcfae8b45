namespace StreamLearn.Simulation.Control;

/// <summary>What an action led to.</summary>
/// <param name="Reward">Sum of the rewards of its frames.</param>
/// <param name="Terminated">Whether the episode ended for good: nothing follows, the discount is 0.</param>
/// <param name="TimedOut">Whether it was cut off at its time limit: the state would go on, the discount stays and its value counts.</param>
public readonly record struct ControlOutcome(double Reward, bool Terminated, bool TimedOut)
{
    /// <summary>Whether the episode is over, for either reason.</summary>
    public bool IsLast => Terminated || TimedOut;
}
