using StreamLearn.Cli.Commands;
using StreamLearn.Cli.Experiments.ReplayRatio;
using StreamLearn.Cli.Sources;
using StreamLearn.Learners.Reinforcement.Ratios;

namespace StreamLearn.Cli.Tests.Experiments;

/// <summary>Where they are deterministic, these are the specification's substitutes for tables that need MuJoCo (its pitfall 16).</summary>
public sealed class ReplayRatioExperimentTests
{
    private const int Steps = 20_000;

    private static readonly ReplayRatioSettings Settings = new()
    {
        Worlds = ["pendulum-swingup"], Steps = Steps, Seeds = 1, Hidden = 32, Batch = 32, TestEpisodes = 1,
    };

    private static ReplayRatioArm Adaptive => ReplayRatioArm.All.Single(arm => arm.IsAdaptive);

    [Theory]
    [InlineData("0.5", 0.5)]
    [InlineData("1", 1)]
    [InlineData("2", 2)]
    [InlineData("4", 4)]
    [InlineData("2 with resets", 2)]
    public void Given_a_fixed_ratio_when_it_runs_then_each_step_after_the_first_thousand_has_so_many_updates(string arm, double ratio)
    {
        var run = Run(ReplayRatioArm.All.Single(other => other.Name == arm));

        // 1000 steps are by chance alone, a twentieth of the run.
        Assert.Equal((long)((Steps - 1000) * ratio), run.Updates);
        Assert.All(run.Points, point => Assert.Equal(ratio, point.Ratio));
        Assert.Equal(-1, run.SwitchedAt);
        Assert.Empty(run.Checks);
    }

    [Fact]
    public void Given_fresh_networks_when_they_are_updated_first_then_half_of_the_critics_units_are_active()
    {
        foreach (var seed in new ulong[] { 1, 2, 3 })
        {
            Assert.InRange(ReplayRatioRun.Of("pendulum-swingup", ReplayRatioArm.All[0], seed, Settings with { Steps = 10_000 }, default).FirstFau, 0.4, 0.6);
        }
    }

    [Fact]
    public void Given_an_adaptive_ratio_when_it_switches_then_it_does_so_once_at_a_check_and_the_updates_follow()
    {
        var run = Run(Adaptive);
        var interval = Settings.Interval;

        Assert.NotEmpty(run.Checks);
        Assert.All(run.Checks, check => Assert.Equal(0, check.Step % interval));
        Assert.True(run.SwitchedAt >= 0, string.Join(Environment.NewLine, run.Checks));
        var at = Assert.Single(run.Checks, check => check.Verdict == RatioVerdict.Switched);
        Assert.Equal(run.SwitchedAt, at.Step);
        Assert.True(Math.Abs(at.Fau - at.Before) <= 0.001);
        Assert.All(run.Checks.Where(check => check.Step < at.Step), check => Assert.True(Math.Abs(check.Fau - check.Before) > 0.001));
        Assert.All(run.Checks.Where(check => check.Step > at.Step), check => Assert.Equal(RatioVerdict.AlreadyHigh, check.Verdict));
        Assert.All(run.Points, point => Assert.Equal(point.Steps < at.Step ? 0.5 : 2, point.Ratio));
        Assert.Equal((long)(((run.SwitchedAt - 1000) * 0.5) + ((Steps - run.SwitchedAt) * 2)), run.Updates);
    }

    [Fact]
    public void Given_a_run_when_it_is_repeated_then_every_number_is_the_same_to_the_bit()
    {
        var (first, second) = (Run(Adaptive), Run(Adaptive));

        Assert.Equal(first.Points, second.Points);
        Assert.Equal(first.Checks, second.Checks);
        Assert.Equal(first.Plasticity.Modules, second.Plasticity.Modules);
        Assert.NotEqual(first.Points, ReplayRatioRun.Of("pendulum-swingup", Adaptive, 2, Settings, default).Points);
    }

    [Fact]
    public void Given_links_when_they_are_studied_then_rules_and_arms_stand_in_the_report_and_the_oracle_is_the_best()
    {
        var settings = new ReplayRatioSettings { Worlds = ["link-routing"], Steps = 20 * 288, Seeds = 2, Hidden = 16, Batch = 16, TestEpisodes = 1 };

        var result = ReplayRatioExperiment.Run(settings, _ => { }, default);
        var report = new ReplayRatioReport(result);
        var text = report.Markdown();

        Assert.Equal(2 * ReplayRatioArm.All.Count, report.Rows().Count);
        Assert.All(ReplayRatioArm.All, arm => Assert.Contains($"| {arm.Name}", text, StringComparison.Ordinal));
        Assert.Contains("| oracle |", text, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
        foreach (var rules in result.Baselines)
        {
            var oracle = rules.Single(rule => rule.Name == "oracle");
            Assert.All(rules, rule => Assert.True(rule.Utilisation >= oracle.Utilisation));
            Assert.All(result.Runs, run => Assert.True(run.Points.Count == ReplayRatioSettings.Intervals));
        }

        using var folder = new TemporaryFolder();
        new ReplayRatioPlots(result).Write(folder.PathOf(""));
        Assert.Equal(["link-routing-fau.png", "link-routing-return.png"], Directory.GetFiles(folder.PathOf("")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Given_a_world_that_there_is_not_or_too_few_steps_when_it_is_studied_then_the_message_says_what_was_expected()
    {
        var world = Assert.Throws<UsageException>(() => ReplayRatioExperiment.Run(Settings with { Worlds = ["pendulum"] }, _ => { }, default));
        var steps = Assert.Throws<UsageException>(() => ReplayRatioExperiment.Run(Settings with { Steps = 9999 }, _ => { }, default));

        Assert.Contains("--world is 'pendulum'; expected one of cartpole-swingup, pendulum-swingup", world.Message, StringComparison.Ordinal);
        Assert.Contains("--steps is 9999; expected at least 10000", steps.Message, StringComparison.Ordinal);
    }

    private static ReplayRatioRun Run(ReplayRatioArm arm) => ReplayRatioRun.Of("pendulum-swingup", arm, 1, Settings, default);
}
