namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>How predictions are perturbed.</summary>
internal enum PerturbationKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By S random sign vectors.</summary>
    Rademacher,

    /// <summary>By what infinitely many of them come to: a pull of the parameters towards their start.</summary>
    Expected,
}
