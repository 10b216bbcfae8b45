namespace StreamLearn.Cli.Experiments.Bandits;

/// <summary>What came of the experiment.</summary>
/// <param name="Settings">What it ran on.</param>
/// <param name="Contenders">The rows.</param>
/// <param name="Sets">The sets that were there.</param>
internal sealed record BanditStudyResult(BanditStudySettings Settings, IReadOnlyList<BanditContender> Contenders, IReadOnlyList<BanditStudyScores> Sets);
