namespace StreamLearn.Learners.Fleets;

/// <summary>What became of an update.</summary>
public enum LearnOutcome
{
    /// <summary>The observation was taken in, and the model updated.</summary>
    Learned,

    /// <summary>The observation was taken in; there was nothing to update the model with, or it is not to be updated.</summary>
    Observed,

    /// <summary>The update would have left the model with a number that is not finite, or showed that rounding had broken its
    /// arithmetic, or the model had run away; it kept the parameters that it had.</summary>
    Refused,
}
