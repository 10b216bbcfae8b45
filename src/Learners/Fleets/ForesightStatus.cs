namespace StreamLearn.Learners.Fleets;

/// <summary>Whether there is a <see cref="Foresight"/>, and why not.</summary>
public enum ForesightStatus : byte
{
    /// <summary>There is.</summary>
    Predicted = 0,

    /// <summary>No record of the key has come, or it was forgotten.</summary>
    UnknownKey = 1,

    /// <summary>Records of the key have come, and nothing has been predicted yet.</summary>
    NothingYet = 2,

    /// <summary>The record's time is not after the last one of its key, in steps of the task: it would be refused, or passed over.</summary>
    TooLate = 3,

    /// <summary>The reading of a counter has no rate: it would be taken in, and nothing predicted.</summary>
    NoRate = 4,

    /// <summary>A number is NaN or infinite: it would be refused.</summary>
    NotFinite = 5,

    /// <summary>It does not fit the task: it would be refused.</summary>
    Unusable = 6,
}
