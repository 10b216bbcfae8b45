namespace StreamLearn.Cli.Experiments.Reweighting;

/// <summary>The test loss of an arm on a <see cref="LinearWorld"/>.</summary>
/// <param name="World">The world.</param>
/// <param name="Arm">The arm.</param>
/// <param name="Step">After which step.</param>
/// <param name="LearningRate">The step size.</param>
/// <param name="IsTuned">Whether the step size is the best of the grid for this arm and step, found on other seeds; else it is that of the specification.</param>
/// <param name="Loss">Over seeds.</param>
internal sealed record LinearScore(LinearWorld World, ReweightingArm Arm, int Step, double LearningRate, bool IsTuned, Spread Loss);
