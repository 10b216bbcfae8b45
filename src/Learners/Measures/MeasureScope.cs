namespace StreamLearn.Learners.Measures;

/// <summary>What a measure is of.</summary>
public enum MeasureScope
{
    /// <summary>Of all learners of a pipeline together.</summary>
    Pipeline,

    /// <summary>Of each learner: the pipeline's own and its rivals.</summary>
    Learner,

    /// <summary>Of each learner at each horizon.</summary>
    Horizon,
}
