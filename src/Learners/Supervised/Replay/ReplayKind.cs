namespace StreamLearn.Learners.Supervised.Replay;

/// <summary>Which past examples are learned again with a mini-batch.</summary>
internal enum ReplayKind
{
    /// <summary>None.</summary>
    None,

    /// <summary>A sample of all so far, each as likely as another.</summary>
    Reservoir,

    /// <summary>A sample with as many of each class as there are.</summary>
    ClassBalanced,

    /// <summary>The last ones, the more likely the larger their loss was when they were learned last.</summary>
    LossPrioritized,
}
