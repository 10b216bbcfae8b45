namespace StreamLearn.Simulation.Bandits;

/// <summary>A cable of <see cref="PathChoiceWorld"/> is down for some steps, in both directions.</summary>
/// <param name="FirstStep">The first step without it.</param>
/// <param name="Steps">For how many steps.</param>
/// <param name="Link">
/// One of its two links, such as "Paris&gt;Lyon". If not given, a cable on paths that have been the best of their pairs of late (the lowest
/// mean cost), shared by as many as possible; one that has not failed before if there is such, and none whose loss cuts a node off.
/// </param>
public sealed record StepOutage(long FirstStep, long Steps, string? Link = null)
{
    /// <summary>The first step with it again.</summary>
    internal long EndStep => FirstStep + Steps;
}
