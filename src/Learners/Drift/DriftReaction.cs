namespace StreamLearn.Learners.Drift;

/// <summary>What a learner does at a drift alarm.</summary>
public enum DriftReaction
{
    /// <summary><c>none</c>: the alarm is counted, nothing else.</summary>
    None,

    /// <summary><c>raise-learning-rate</c>: learning is faster for a while, so that the model follows the new kind of data.</summary>
    RaiseLearningRate,

    /// <summary><c>reset-optimizer</c>: the optimiser forgets its moments, which describe the old gradients; the weights stay.</summary>
    ResetOptimizer,

    /// <summary><c>refit</c>: the model is fitted anew to the examples since the change.</summary>
    Refit,

    /// <summary><c>switch-expert</c>: another of several models, that which fits the recent examples best, answers from now on.</summary>
    SwitchExpert,
}
