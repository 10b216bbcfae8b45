namespace StreamLearn.Learners.Scoring;

/// <summary>Over which past a score is taken.</summary>
public enum ScoreView
{
    /// <summary>All scored targets since the start.</summary>
    SinceStart = 0,

    /// <summary>The last targets of each key, as many as the window says.</summary>
    Windowed = 1,

    /// <summary>All, each weighing less than the one after it.</summary>
    Fading = 2,
}
