namespace StreamLearn.Cli.Experiments.ReplayRatio;

/// <summary>What the experiment has found.</summary>
/// <param name="Settings">On what it ran.</param>
/// <param name="Runs">Every run.</param>
/// <param name="Baselines">What fixed rules get in the world of links, for each seed; none where it is not among the worlds.</param>
internal sealed record ReplayRatioResult(
    ReplayRatioSettings Settings, IReadOnlyList<ReplayRatioRun> Runs, IReadOnlyList<IReadOnlyList<RoutingBaseline>> Baselines)
{
    /// <summary>The runs of an arm in a world, by seed.</summary>
    internal IReadOnlyList<ReplayRatioRun> Of(string world, ReplayRatioArm arm) => [.. Runs.Where(run => run.World == world && run.Arm == arm).OrderBy(run => run.Seed)];
}
