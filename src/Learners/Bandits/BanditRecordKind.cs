namespace StreamLearn.Learners.Bandits;

/// <summary>What a record of the task <c>bandit</c> brings.</summary>
public enum BanditRecordKind : byte
{
    /// <summary>A context: something is to be decided.</summary>
    Context = 1,

    /// <summary>Feedback on a decision.</summary>
    Feedback = 2,

    /// <summary>A context with the action that somebody has chosen, the probability with which, and the feedback on it.</summary>
    Logged = 3,
}
