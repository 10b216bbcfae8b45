namespace StreamLearn.Learners.Reinforcement.Plasticity;

/// <summary>How much a network could still change, on the batch of the last update.</summary>
/// <param name="Module"><c>critic</c>, <c>actor</c> or <c>encoder</c>.</param>
/// <param name="Fau">Fraction of active units.</param>
/// <param name="Dormant">Share of hidden units whose mean activation is at most 0.025 of their layer's mean (Sokar et al. 2023).</param>
/// <param name="FeatureRank">The smallest number of singular values of the last hidden layer's activations that have 0.99 of their sum (Kumar et al. 2021).</param>
/// <param name="EffectiveRank">exp of the entropy of the singular values' shares (Roy and Vetterli 2007).</param>
/// <param name="WeightNorm">Euclidean norm of all its parameters.</param>
/// <param name="Distance">That of their difference from where they started.</param>
public sealed record ModulePlasticity(
    string Module, double Fau, double Dormant, double FeatureRank, double EffectiveRank, double WeightNorm, double Distance);
