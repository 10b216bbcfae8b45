namespace StreamLearn.Learners.Joining;

/// <summary>How far an id has come.</summary>
internal enum JoinState : byte
{
    /// <summary>A decision that waits for its feedback.</summary>
    Waiting,

    /// <summary>A decision that has had it.</summary>
    Done,

    /// <summary>A decision that has waited too long, or made room.</summary>
    Missed,

    /// <summary>Feedback that waits for its decision.</summary>
    Early,
}
