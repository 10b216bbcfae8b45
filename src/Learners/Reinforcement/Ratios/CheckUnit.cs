namespace StreamLearn.Learners.Reinforcement.Ratios;

/// <summary>What the time between two checks is counted in.</summary>
public enum CheckUnit
{
    /// <summary>Episodes, as the paper's code does; for environments whose episodes are of one length.</summary>
    Episodes,

    /// <summary>Agent steps.</summary>
    Steps,
}
