namespace StreamLearn.Learners.Joining;

/// <summary>What feedback has found.</summary>
internal enum FeedbackVerdict
{
    /// <summary>Its decision, which has waited for it.</summary>
    Joined,

    /// <summary>Its decision has had feedback, or earlier feedback waits under its id.</summary>
    Duplicate,

    /// <summary>Its decision has waited too long, or had to make room.</summary>
    Late,

    /// <summary>No decision: it waits for it.</summary>
    Held,

    /// <summary>No decision, and it does not wait.</summary>
    Unknown,
}
