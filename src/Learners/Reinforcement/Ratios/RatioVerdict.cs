namespace StreamLearn.Learners.Reinforcement.Ratios;

/// <summary>What came of a check.</summary>
public enum RatioVerdict
{
    /// <summary>There were too few updates: no comparison.</summary>
    TooFewUpdates,

    /// <summary>There was nothing to compare with: the first check after a reset.</summary>
    NothingBefore,

    /// <summary>The critic still changes.</summary>
    StillChanging,

    /// <summary>It is flat, but too low.</summary>
    TooLow,

    /// <summary>It is flat, but has not risen from its dip.</summary>
    NotRisen,

    /// <summary>It is flat: the ratio is high from here on.</summary>
    Switched,

    /// <summary>The ratio is high already.</summary>
    AlreadyHigh,
}
