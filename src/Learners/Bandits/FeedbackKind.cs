namespace StreamLearn.Learners.Bandits;

/// <summary>What feedback on a decision is.</summary>
public enum FeedbackKind
{
    /// <summary>Higher is better.</summary>
    Reward,

    /// <summary>Lower is better.</summary>
    Cost,
}
