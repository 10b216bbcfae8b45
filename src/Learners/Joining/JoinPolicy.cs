namespace StreamLearn.Learners.Joining;

/// <summary>What becomes of feedback that does not find its decision waiting.</summary>
public enum JoinPolicy
{
    /// <summary>It is counted only.</summary>
    Drop,

    /// <summary>It is a dead letter.</summary>
    DeadLetter,

    /// <summary>It waits for its decision, as long as a decision waits for feedback.</summary>
    Hold,
}
