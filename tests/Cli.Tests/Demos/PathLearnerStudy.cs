using System.Globalization;
using StreamLearn.Cli.Demos;
using Xunit.Abstractions;

namespace StreamLearn.Cli.Tests.Demos;

/// <summary>
/// How learners and settings do in the world of the bandit demo. The table of docs/simulation.md comes from here, with PATH_STUDY_SEEDS=50;
/// a test run plays two seeds.
/// </summary>
public sealed class PathLearnerStudy(ITestOutputHelper output)
{
    public static TheoryData<string, string> Learners => new()
    {
        { "neu-fast-cb", "replay=1" }, { "neu-fast-cb", "" }, { "neu-fast-cb", "replay=0" }, { "neu-fast-cb", "replay=2" },
        { "neu-fast-cb", "replay-capacity=500" }, { "neu-fast-cb", "learning-rate=0.2" }, { "neu-fast-cb", "optimizer=sgd" },
        { "neu-fast-cb", "perturbation=rademacher" },
        { "neu-square-cb", "" }, { "epsilon-greedy", "" }, { "linear-square-cb", "" }, { "linear-fast-cb", "" }, { "lin-ucb", "" }, { "regcb", "" },
        { "neural-ucb", "" }, { "neural-ts", "" },
    };

    [Theory]
    [MemberData(nameof(Learners))]
    public void Given_a_learner_when_it_plays_the_worlds_then_it_beats_the_best_fixed_paths(string kind, string settings)
    {
        var seeds = int.TryParse(Environment.GetEnvironmentVariable("PATH_STUDY_SEEDS"), CultureInfo.InvariantCulture, out var wanted) ? wanted : 2;
        var runs = Enumerable.Range(1, seeds).Select(seed => new PathLearner(kind, settings).Play((ulong)seed)).ToList();

        var all = runs.SelectMany(run => run).ToList();
        var (cost, fixedPaths) = (Mean(all, phase => phase.Regret.Cost), Mean(all, phase => phase.Regret.BestFixedCost));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {kind} {settings} | {cost:0.0000} | {Excess(all.Where(phase => phase.FailedLink is null)):0.0000} | {Excess(runs.Select(run => run[1])):0.0000} "
            + $"| {Excess(runs.Select(run => run[3])):0.0000} | seeds: {seeds}; best dynamic {Mean(all, phase => phase.Regret.BestDynamicCost):0.0000}, "
            + $"best fixed of each phase {fixedPaths:0.0000}, uniform {Mean(all, phase => phase.Regret.UniformCost):0.0000}"));
        Assert.True(cost < fixedPaths, $"{kind} {settings} costs {cost:0.0000}, expected less than {fixedPaths:0.0000}.");
    }

    private static double Excess(IEnumerable<PhaseStanding> phases) => Mean([.. phases], phase => phase.Regret.DynamicRegret);

    private static double Mean(IReadOnlyList<PhaseStanding> phases, Func<PhaseStanding, double> sum) =>
        phases.Sum(sum) / phases.Sum(phase => phase.Regret.Steps);
}
