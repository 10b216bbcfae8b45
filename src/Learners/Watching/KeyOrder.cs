namespace StreamLearn.Learners.Watching;

/// <summary>In which order keys are listed.</summary>
public enum KeyOrder
{
    /// <summary>By the bytes of their names.</summary>
    Name,

    /// <summary>Those with the largest fading error, or loss, of the pipeline's own learner first.</summary>
    Error,

    /// <summary>Those with the most records first.</summary>
    Records,
}
