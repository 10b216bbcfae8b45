namespace StreamLearn.Learners.Measures;

/// <summary>By what keys are chosen to be watched one by one.</summary>
public enum KeyRank
{
    /// <summary>Those with the most records.</summary>
    Records,

    /// <summary>Those with the largest fading error, or loss, of the pipeline's own learner.</summary>
    Error,
}
