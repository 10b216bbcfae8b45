namespace StreamLearn.Learners.Forecasting;

/// <summary>
/// How a learner has done over all keys. Errors are divided by each key's causal scale (its largest absolute value so far), taken per
/// key and averaged over keys; skill is 1 - MAE / MAE of last-value.
/// </summary>
/// <param name="Mae">Mean absolute error, over horizons.</param>
/// <param name="Rmse">Root of the mean squared error, over horizons.</param>
/// <param name="Smape">Symmetric mean absolute percentage error as a fraction, 0 to 2, over horizons.</param>
/// <param name="SkillByHorizon">Skill at each horizon; NaN where last-value makes no error but the learner does.</param>
public sealed record LearnerScores(double Mae, double Rmse, double Smape, IReadOnlyList<double> SkillByHorizon)
{
    /// <summary>Mean of the skill over horizons.</summary>
    public double Skill => SkillByHorizon.Average();
}
