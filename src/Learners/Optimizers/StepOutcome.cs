namespace StreamLearn.Learners.Optimizers;

/// <summary>What became of a training step.</summary>
/// <param name="Refusal">Why it was not taken; <see cref="StepRefusal.None"/>: it was.</param>
/// <param name="GradientNorm">
/// Euclidean norm of the gradient before clipping; NaN or infinite where that is why the step was refused, NaN where there was no gradient.
/// </param>
public readonly record struct StepOutcome(StepRefusal Refusal, double GradientNorm)
{
    /// <summary>Whether the step was taken. If not, neither parameters nor optimiser have changed.</summary>
    public bool Applied => Refusal == StepRefusal.None;

    /// <summary>A step that was not taken because the loss is not finite, before there was a gradient.</summary>
    public static StepOutcome NonFiniteLoss => new(StepRefusal.NonFiniteLoss, double.NaN);
}
