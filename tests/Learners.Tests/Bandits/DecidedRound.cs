namespace StreamLearn.Learners.Tests.Bandits;

/// <summary>What a learner has answered to a context.</summary>
internal sealed record DecidedRound(double[] Costs, double[] Probabilities);
