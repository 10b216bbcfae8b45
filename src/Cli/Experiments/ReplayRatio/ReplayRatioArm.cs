using StreamLearn.Learners.Reinforcement;
using StreamLearn.Learners.Reinforcement.Plasticity;
using StreamLearn.Learners.Reinforcement.Ratios;
using StreamLearn.Learners.Reinforcement.Replay;

namespace StreamLearn.Cli.Experiments.ReplayRatio;

/// <summary>One way to set the replay ratio.</summary>
/// <param name="Name">As tables have it.</param>
/// <param name="Ratio">Updates for each agent step; not looked at where it is adaptive.</param>
/// <param name="IsAdaptive">Whether it is steered.</param>
/// <param name="Resets">Whether the networks are drawn anew ten times.</param>
internal sealed record ReplayRatioArm(string Name, double Ratio, bool IsAdaptive = false, bool Resets = false)
{
    // None of them at the end of the run.
    private const int ResetsOfARun = 10;

    /// <summary>The arms, in the order of the report.</summary>
    internal static IReadOnlyList<ReplayRatioArm> All { get; } =
    [
        new("0.5", 0.5), new("1", 1), new("2", 2), new("4", 4), new("adaptive 0.5 to 2", 0.5, IsAdaptive: true), new("2 with resets", 2, Resets: true),
    ];

    /// <summary>What stands against the loss of plasticity.</summary>
    internal Interventions InterventionsOf(ReplayRatioSettings settings) =>
        new() { ResetEvery = Resets ? (settings.Steps / (ResetsOfARun + 1)) + 1 : 0 };

    /// <summary>The learner's settings.</summary>
    /// <param name="settings">Of the experiment.</param>
    /// <param name="episodeSteps">Agent steps of an episode.</param>
    /// <param name="seed">Of its chance.</param>
    internal ControlLearnerOptions Options(ReplayRatioSettings settings, int episodeSteps, ulong seed) => new()
    {
        ReplayRatio = Ratio,
        Adaptive = IsAdaptive ? new AdaptiveRatioOptions { Interval = Math.Max(1, settings.Interval / episodeSteps) } : null,
        RandomSteps = Math.Min(2000, settings.Steps / 20),
        LearnAfter = Math.Min(2000, settings.Steps / 20),
        Exploration = new LinearSchedule(1, 0.1, settings.Steps / 3),
        Replay = new ReplayOptions { Capacity = Math.Max(settings.Steps, 1000) },
        Interventions = InterventionsOf(settings),
        Seed = seed,
    };
}
