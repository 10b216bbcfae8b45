namespace StreamLearn.Learners.Averaging;

/// <summary>What became of an average at a replica.</summary>
public enum AverageOutcome
{
    /// <summary>The model has moved.</summary>
    Applied,

    /// <summary>One of its contributions had been counted before: no replica takes it, and whoever has a contribution in it that was not counted takes that
    /// back.</summary>
    CountedBefore,

    /// <summary>It cannot be read, or is of another model.</summary>
    Unusable,
}
