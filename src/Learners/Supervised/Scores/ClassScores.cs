namespace StreamLearn.Learners.Supervised.Scores;

/// <summary>How well classes were predicted, each before its label was learned; NaN where nothing has been scored. A kappa is 0 where chance is
/// always right: nothing can be won.</summary>
/// <param name="Accuracy">Share of labels whose class was the most probable one.</param>
/// <param name="Kappa">Accuracy over chance (Cohen): 1 is perfect, 0 what predicting classes as often, but blindly, would reach.</param>
/// <param name="KappaTemporal">Accuracy over that of the last label: 0 is as good as saying what was right last. Žliobaitė, Bifet, Read, Pfahringer and
/// Holmes, "Evaluation methods and decision theory for classification of streaming data with temporal dependence", Machine Learning 98 (2015).</param>
/// <param name="LogLoss">Mean -ln of the label's probability, which counts as 1e-6 at least.</param>
/// <param name="Brier">Mean Brier score, 0 to 2.</param>
/// <param name="CalibrationError">Expected calibration error over ten tenths of the largest probability.</param>
public readonly record struct ClassScores(
    double Accuracy, double Kappa, double KappaTemporal, double LogLoss, double Brier, double CalibrationError);
