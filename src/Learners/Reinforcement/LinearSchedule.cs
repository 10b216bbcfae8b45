namespace StreamLearn.Learners.Reinforcement;

/// <summary>A number that goes evenly from one value to another over so many agent steps, and stays there. Immutable.</summary>
/// <param name="From">At step 0.</param>
/// <param name="To">From step <paramref name="Steps"/> on.</param>
/// <param name="Steps">How long it takes; 0: it is <paramref name="To"/> at once.</param>
public sealed record LinearSchedule(double From, double To, long Steps)
{
    /// <summary>Its value at an agent step.</summary>
    public double At(long step) => step >= Steps ? To : From + ((To - From) * step / Steps);
}
