namespace StreamLearn.Learners.Optimizers;

/// <summary>Why a training step was not taken.</summary>
public enum StepRefusal
{
    /// <summary>It was taken.</summary>
    None,

    /// <summary>The loss is NaN or infinite.</summary>
    NonFiniteLoss,

    /// <summary>
    /// The gradient has a number that is NaN or infinite, or is so long that its square does not fit into single precision.
    /// </summary>
    NonFiniteGradient,
}
