namespace StreamLearn.Cli.Experiments.Reweighting;

/// <summary>How an arm has done in a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Arm">The arm.</param>
/// <param name="LearningRate">The best of the grid for the two, found on other seeds.</param>
/// <param name="Runs">One for each seed.</param>
internal sealed record TabularScore(TabularCase Case, ReweightingArm Arm, double LearningRate, IReadOnlyList<TabularRun> Runs)
{
    /// <summary>Of the log-loss.</summary>
    internal Spread LogLoss => Spread.Of([.. Runs.Select(run => run.LogLoss)]);

    /// <summary>Of the share of wrong classes.</summary>
    internal Spread Error => Spread.Of([.. Runs.Select(run => run.Error)]);

    /// <summary>Of the log-loss in the last fifth.</summary>
    internal Spread LateLogLoss => Spread.Of([.. Runs.Select(run => run.LateLogLoss)]);

    /// <summary>Of the share of wrong classes just after drifts.</summary>
    internal Spread ErrorAfterDrifts => Spread.Of([.. Runs.Select(run => run.ErrorAfterDrifts)]);

    /// <summary>Whether a number of it is below another's (-1) or above (1), seed by seed, by more than chance; else 0.</summary>
    internal int Against(TabularScore other, Func<TabularRun, double> number) =>
        SignificantDifference.Sign([.. Runs.Zip(other.Runs, (own, theirs) => number(own) - number(theirs))]);
}
