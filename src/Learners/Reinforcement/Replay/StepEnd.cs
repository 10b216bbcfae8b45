namespace StreamLearn.Learners.Reinforcement.Replay;

/// <summary>Whether an episode ends with a step, and how.</summary>
public enum StepEnd
{
    /// <summary>It goes on.</summary>
    None,

    /// <summary>The environment has ended: nothing comes after it, and its value is 0.</summary>
    Terminal,

    /// <summary>The episode was cut off, by a time limit for one: its last observation has a value as any other.</summary>
    TimeOut,
}
