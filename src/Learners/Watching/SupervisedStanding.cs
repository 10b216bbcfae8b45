namespace StreamLearn.Learners.Watching;

/// <summary>Places in <see cref="KeyStanding.Numbers"/> of a key of a pipeline of the task <c>classify</c> or <c>regress</c>. NaN: there is none yet.</summary>
public static class SupervisedStanding
{
    /// <summary>Records that were predicted.</summary>
    public const int Predicted = 0;

    /// <summary>Labels that came together with their features.</summary>
    public const int Learned = 1;

    /// <summary>Features that wait for their label.</summary>
    public const int Waiting = 2;

    /// <summary>Fading error of the pipeline's own learner: share of wrong classes, or mean absolute error in units of the key's scale.</summary>
    public const int Error = 3;

    /// <summary>The same of saying what was right last.</summary>
    public const int BaselineError = 4;

    /// <summary>Fading kappa of the own learner, or its skill against the last target.</summary>
    public const int Skill = 5;

    /// <summary>Classes that are known.</summary>
    public const int Classes = 6;

    /// <summary>How many there are.</summary>
    public const int Count = 7;
}
