namespace StreamLearn.Learners.Examples;

/// <summary>What became of one example in a fleet.</summary>
public enum ExampleStatus : byte
{
    /// <summary>Predicted, scored and learned from.</summary>
    Predicted = 0,

    /// <summary>A tombstone: the learner of the key was forgotten, if there was one.</summary>
    Forgotten = 1,

    /// <summary>Refused: its time is not after the last one of its key, in steps of the task.</summary>
    TimeNotIncreasing = 2,

    /// <summary>Refused: a number is NaN or infinite.</summary>
    NotFinite = 4,

    /// <summary>The first reading of a counter, or one after a reset: taken in, but it has no rate yet, so nothing was predicted or
    /// learned.</summary>
    NoRate = 5,

    /// <summary>Passed over as configured: its time is not after the last one of its key.</summary>
    Dropped = 6,

    /// <summary>A copy of a record that had come before: passed over.</summary>
    Repeated = 7,

    /// <summary>Feedback that found its decision, a label that found its features, or a logged decision: learned from; there was nothing to predict.</summary>
    Learned = 8,

    /// <summary>Feedback, or a label, that waits for its decision, or its features.</summary>
    Held = 9,

    /// <summary>Refused: its id has been decided on, or predicted on.</summary>
    DuplicateDecision = 10,

    /// <summary>Refused: its decision has had its feedback, or its features their label.</summary>
    DuplicateFeedback = 11,

    /// <summary>Refused: its decision, or its features, have waited too long, or had to make room.</summary>
    LateFeedback = 12,

    /// <summary>Refused: its decision, or its features, have not been seen.</summary>
    UnknownDecision = 13,

    /// <summary>Refused: its payload cannot be read, or does not fit the task.</summary>
    Unusable = 14,

    /// <summary>An average of replicas: taken in.</summary>
    Averaged = 15,

    /// <summary>A word of an operator: heard.</summary>
    Controlled = 16,

    /// <summary>Refused: its label is none of the task's classes, or one more than there may be.</summary>
    UnknownLabel = 17,

    /// <summary>Refused: its domain is not among those that there may be.</summary>
    UnknownDomain = 24,
}
