namespace StreamLearn.Learners.Supervised.Scores;

/// <summary>How well numbers were predicted, each before it was learned; NaN where nothing has been scored. A mean over keys, each counting once.</summary>
/// <param name="Mae">Mean absolute error, in units of the key's largest absolute target so far.</param>
/// <param name="Rmse">Root of the mean squared error, in the same unit.</param>
/// <param name="Smape">Symmetric mean absolute percentage error, 0 to 2.</param>
/// <param name="Skill">1 - MAE / MAE of the last target.</param>
public readonly record struct TargetScores(double Mae, double Rmse, double Smape, double Skill);
