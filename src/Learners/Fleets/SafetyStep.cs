namespace StreamLearn.Learners.Fleets;

/// <summary>What is to be done with a learner after a record.</summary>
internal enum SafetyStep
{
    /// <summary>Nothing.</summary>
    GoOn,

    /// <summary>Its state is good: it is to be kept.</summary>
    Keep,

    /// <summary>It cannot learn any more: it is to return to the good state.</summary>
    Return,
}
