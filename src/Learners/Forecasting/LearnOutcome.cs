namespace StreamLearn.Learners.Forecasting;

/// <summary>What became of an update.</summary>
public enum LearnOutcome
{
    /// <summary>The observation was taken in.</summary>
    Learned,

    /// <summary>The update would have left the model with a number that is not finite, or showed that rounding had broken its
    /// arithmetic; the model kept its last good parameters.</summary>
    Refused,
}
