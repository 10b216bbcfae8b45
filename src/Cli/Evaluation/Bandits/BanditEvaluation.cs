using System.Diagnostics;
using StreamLearn.Learners;
using StreamLearn.Simulation.Bandits.Tabular;

namespace StreamLearn.Cli.Evaluation.Bandits;

/// <summary>Learners on a tabular file as a bandit: each seed another order of the rows, one pass, regret and cost.</summary>
/// <param name="bandit">What is learned.</param>
/// <param name="firstSeed">The first seed; the others follow it.</param>
/// <param name="seeds">How many.</param>
/// <param name="rounds">Rounds of each, where there are as many rows.</param>
/// <param name="time">Clock of the rates.</param>
internal sealed class BanditEvaluation(TabularBandit bandit, ulong firstSeed, int seeds, int rounds, TimeProvider time)
{
    /// <summary>The rounds at which the regret is told.</summary>
    internal static readonly IReadOnlyList<int> Marks = [1000, 2000, 5000, 10_000];

    /// <summary>Runs the learners, one after the other.</summary>
    internal BanditEvaluationResult Run(IReadOnlyList<LearnerChoice> learners, CancellationToken cancellation)
    {
        Debug.Assert(learners.Count > 0, "there is a learner");
        var started = time.GetTimestamp();
        var played = Math.Min(rounds, bandit.Rows);
        int[] marks = [.. Marks.Where(mark => mark <= played)];
        BanditRuns[] runs = [.. learners.Select(learner => BanditRuns.Of(bandit, learner, firstSeed, seeds, played, marks, time, cancellation))];
        return new BanditEvaluationResult(bandit, firstSeed, runs, time.GetElapsedTime(started).TotalSeconds);
    }
}
