namespace StreamLearn.Learners.Reinforcement.Ratios;

/// <summary>One look of the adaptive replay ratio at its critic.</summary>
/// <param name="Step">Agent steps so far.</param>
/// <param name="At">Episodes or steps so far, whatever is counted.</param>
/// <param name="Fau">The average; NaN: there were too few updates for one.</param>
/// <param name="Before">What it is compared with; NaN: nothing.</param>
/// <param name="Updates">Updates that the average is of.</param>
/// <param name="Verdict">What came of it.</param>
public readonly record struct RatioCheck(long Step, long At, double Fau, double Before, long Updates, RatioVerdict Verdict);
