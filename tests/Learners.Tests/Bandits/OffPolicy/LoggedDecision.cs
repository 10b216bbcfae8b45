using StreamLearn.Learners.Bandits.OffPolicy;

namespace StreamLearn.Learners.Tests.Bandits.OffPolicy;

/// <summary>One example of off-policy evaluation.</summary>
internal readonly record struct LoggedDecision(double Logged, double Target, double Cost, double PredictedLogged, double PredictedTarget)
{
    internal double Weight => Target / Logged;

    internal void AddTo(OffPolicyEstimator estimator) => estimator.Add(Logged, Target, Cost, PredictedLogged, PredictedTarget);
}
