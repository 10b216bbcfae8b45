namespace StreamLearn.Learners.Normalization;

/// <summary>What is done to features before they go into a model.</summary>
internal enum NormalizationKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Divided by the largest magnitude so far.</summary>
    Scale,

    /// <summary>Less the mean so far, divided by the standard deviation so far, cut off.</summary>
    Standardize,
}
