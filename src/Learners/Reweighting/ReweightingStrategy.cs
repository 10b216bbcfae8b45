namespace StreamLearn.Learners.Reweighting;

/// <summary>Which losses of a mini-batch a <see cref="SampleReweighter"/> prefers.</summary>
/// <remarks>The first four see h in [-1, 1], the losses of the batch brought there linearly, and weigh by softmax(f(h) / r). Sow et al., "Dynamic
/// Loss-Based Sample Reweighting for Improved Large Language Model Pretraining", ICLR 2025.</remarks>
public enum ReweightingStrategy
{
    /// <summary><c>uniform</c>: all samples alike.</summary>
    Uniform,

    /// <summary><c>lin-upper</c>: f = min(h + 1, 1): low losses count less, linearly; those above the middle of the range all the same.</summary>
    LinUpper,

    /// <summary><c>quadratic</c>: f = 1 - h²: losses in the middle of the range.</summary>
    Quadratic,

    /// <summary><c>extremes</c>: f = |h|: the lowest and the highest.</summary>
    Extremes,

    /// <summary><c>kl-dro</c>: softmax(loss / r), the losses as they are: the adversary of Kullback-Leibler-regularised distributionally robust
    /// optimisation; a negative r prefers low losses.</summary>
    KlDro,

    /// <summary><c>top-k</c>: the given share of the highest losses alike, the others not at all. A control for the ones above, without a temperature.</summary>
    TopK,
}
