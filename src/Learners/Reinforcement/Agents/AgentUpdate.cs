using StreamLearn.Learners.Networks;

namespace StreamLearn.Learners.Reinforcement.Agents;

/// <summary>What an update was like.</summary>
/// <param name="Applied">Whether every step was taken; one whose loss or gradient is not finite is not.</param>
/// <param name="CriticLoss">Mean of the squared errors of the critic's estimates.</param>
/// <param name="Value">Mean of its estimates.</param>
/// <param name="GradientNorm">Norm of the critic's gradient.</param>
/// <param name="Critic">Active units of the critic, before the step.</param>
/// <param name="Actor">Those of the actor; none where there is none.</param>
/// <param name="Encoder">Those of the encoder; none where there is none.</param>
public readonly record struct AgentUpdate(
    bool Applied, double CriticLoss, double Value, double GradientNorm, UnitActivity Critic, UnitActivity Actor = default, UnitActivity Encoder = default);
