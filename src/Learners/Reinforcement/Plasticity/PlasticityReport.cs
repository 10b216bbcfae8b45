namespace StreamLearn.Learners.Reinforcement.Plasticity;

/// <summary>How much the networks of an agent could still change.</summary>
/// <param name="Modules">Each of its networks, the critic first.</param>
public sealed record PlasticityReport(IReadOnlyList<ModulePlasticity> Modules);
