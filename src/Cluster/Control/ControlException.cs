namespace StreamLearn.Cluster.Control;

/// <summary>An operator's word could not be carried out. The message says why, and what was expected.</summary>
public sealed class ControlException(ControlProblem problem, string message) : Exception(message)
{
    /// <summary>What kind of reason it is.</summary>
    public ControlProblem Problem => problem;
}
