namespace StreamLearn.Learners.Optimizers;

/// <summary>What the numbers in one of an optimiser's state vectors can be.</summary>
internal enum VectorValues
{
    /// <summary>Any finite numbers.</summary>
    Any,

    /// <summary>Finite numbers of at least 0: means of squares, of which roots are taken.</summary>
    NotNegative,
}
