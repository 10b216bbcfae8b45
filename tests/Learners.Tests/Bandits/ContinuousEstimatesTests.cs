using System.Globalization;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Bandits.OffPolicy;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Joining;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Tests.Bandits.OffPolicy;

namespace StreamLearn.Learners.Tests.Bandits;

/// <summary>What learners would cost that do not decide, from the decisions of the one that does, while the stream goes on.</summary>
public sealed class ContinuousEstimatesTests
{
    private const string Key = "k";

    [Fact]
    public void Given_the_learner_that_decides_When_its_estimates_are_asked_for_Then_they_are_its_mean_cost()
    {
        var fleet = Fleet(BanditStream.Fixed, LearnerChoice.Named("bandit", "neu-fast-cb"));
        fleet.Process(BanditStream.Of(BanditStream.Fixed, ["a", "b", "c"], 200, loggedShare: 0));

        var summary = fleet.Summary();
        var own = summary.EstimatesOf(0);

        Assert.Equal(summary.Learned, own.Count);
        Assert.Equal((1, 1, 0), (own.MaxWeight, own.MeanWeight, own.Clipped));
        Assert.Equal(own.Count, own.EffectiveSampleSize, 1e-6);
        Assert.Equal(summary.ProgressiveLoss, own.Ips.Value, 1e-12);
        Assert.Equal(summary.ProgressiveLoss, own.Snips.Value, 1e-12);
    }

    [Fact]
    public void Given_a_rival_like_the_learner_that_decides_with_the_same_seed_When_both_are_scored_Then_their_estimates_are_the_same_bits()
    {
        var real = BanditCatalog.Find("neu-fast-cb")!;
        var seeded = new LearnerChoice(real with { Kind = "seeded", Create = (task, options, _, shared) => real.Create(task, options, 42, shared) }, OptionSet.Defaults);
        var fleet = Fleet(BanditStream.PerContext, seeded, LearnerChoice.Named("bandit", "uniform"), seeded);
        fleet.Process(BanditStream.Of(BanditStream.PerContext, [Key], 300));

        var estimates = fleet.ReportOf(Key).Estimates;

        Assert.Equal(estimates[0], estimates[2]);
        Assert.NotEqual(estimates[0], estimates[1]);
    }

    [Fact]
    public void Given_feedback_that_comes_later_When_learners_are_scored_Then_by_what_they_said_when_it_was_decided()
    {
        List<DecidedRound>[] said = [[], [], []];
        var task = BanditStream.PerContext;
        var fleet = Fleet(task, [.. said.Select((list, taste) => RecordingBandit.Choice([], list, taste))]);
        var expected = said.Select(_ => new OffPolicyEstimator(new OffPolicyOptions())).ToArray();
        var waiting = new Queue<(string Id, int Action, DecidedRound[] Said)>();
        var random = new Xoshiro256(6);
        for (var i = 0; i < 500; i++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{i}");
            var answer = fleet.Process(new BanditFeed().Context(Key, i, id, BanditStream.Context(task with { SharedFeatures = 1 }, random)));
            waiting.Enqueue((id, (int)answer.List(0)[0], [.. said.Select(list => list[^1])]));
            while (waiting.Count > 1 + random.NextDouble() * 8)
            {
                var (decided, action, opinions) = waiting.Dequeue();
                var cost = Math.Round(random.NextDouble(), 2);
                fleet.Process(new BanditFeed().Feedback(Key, i, decided, 1 - cost));
                for (var learner = 0; learner < said.Length; learner++)
                {
                    var (costs, probabilities) = opinions[learner];
                    var mean = costs.Zip(probabilities, (expectedCost, share) => share * Math.Clamp(expectedCost, 0, 1)).Sum();
                    expected[learner].Add(
                        opinions[0].Probabilities[action], probabilities[action], 1 - (1 - cost), Math.Clamp(costs[action], 0, 1), mean);
                }
            }
        }

        var summary = fleet.Summary();
        Assert.Equal(0, summary.Join.Missing + summary.Join.Overflowed);
        for (var learner = 0; learner < said.Length; learner++)
        {
            var actual = summary.EstimatesOf(learner);
            Assert.Equal(expected[learner].Count, actual.Count);
            Assert.All(expected[learner].Estimates().Zip(actual.Estimates()), pair => AssertNear(pair.First, pair.Second, 1e-12));
        }

        // What each of them says differs: the estimates are not all the same.
        Assert.NotEqual(summary.EstimatesOf(1).Ips.Value, summary.EstimatesOf(2).Ips.Value);
        Assert.NotEqual(summary.EstimatesOf(1).DirectMethod.Value, summary.EstimatesOf(1).DoublyRobust.Value);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Given_a_world_whose_costs_are_known_When_uniform_is_a_rival_Then_its_intervals_hold_what_it_would_cost(int seed)
    {
        // By kind of context, then action.
        double[][] chances = [[0.1, 0.5, 0.9], [0.8, 0.6, 0.1]];
        var truth = chances.Average(actions => actions.Average());
        var task = BanditStream.Fixed with { SharedFeatures = 1, Join = new JoinOptions() };
        var plan = new BanditPlan(
            task, [LearnerChoice.Named("bandit", "epsilon-greedy"), LearnerChoice.Named("bandit", "uniform")], (ulong)seed, 1,
            new OffPolicyOptions { Confidence = 0.999 });
        var fleet = new BanditFleetUnderTest(plan);
        var random = new Xoshiro256((ulong)seed + 100);
        var waiting = new Queue<(string Id, double Chance)>();
        for (var i = 0; i < 4000; i++)
        {
            var kind = random.NextDouble() < 0.5 ? 0 : 1;
            var id = string.Create(CultureInfo.InvariantCulture, $"{i}");
            var answer = fleet.Process(new BanditFeed().Context(Key, i, id, new BanditContext(3, [kind])));
            waiting.Enqueue((id, chances[kind][(int)answer.List(0)[0]]));
            if (waiting.Count > 5)
            {
                var (decided, chance) = waiting.Dequeue();
                fleet.Process(new BanditFeed().Feedback(Key, i, decided, random.NextDouble() < chance ? 0 : 1));
            }
        }

        var summary = fleet.Summary();
        var (own, uniform) = (summary.EstimatesOf(0), summary.EstimatesOf(1));

        // It has learned: to decide as it does is cheaper than by chance.
        Assert.True(own.Ips.High < truth, $"{own.Ips}");
        Assert.Equal(1, uniform.MeanWeight, 0.2);
        Assert.InRange(uniform.EffectiveSampleSize, 100, 3999);
        foreach (var estimate in new[] { uniform.Ips, uniform.Snips, uniform.DoublyRobust })
        {
            Assert.True(estimate.Low <= truth && truth <= estimate.High, $"{estimate}; expected {truth} within.");
            Assert.InRange(estimate.StandardError, 0.001, 0.1);
        }

        Assert.True(uniform.DoublyRobust.StandardError < uniform.Ips.StandardError);
    }

    [Fact]
    public void Given_several_keys_When_a_summary_is_made_Then_its_estimates_are_those_of_all_examples_in_the_order_of_the_keys()
    {
        string[] keys = ["c", "a", "b"];
        List<DecidedRound> said = [];
        var plan = new BanditPlan(BanditStream.Fixed, [RecordingBandit.Choice([]), RecordingBandit.Choice([], said, 3)], 1, 10);
        var fleet = new BanditFleetUnderTest(plan);
        var random = new Xoshiro256(12);
        var logged = new List<(string Key, int Action, double Probability, double Cost)>();
        for (var i = 0; i < 400; i++)
        {
            var key = keys[(int)(random.NextDouble() * keys.Length)];
            var (action, probability, cost) = ((int)(random.NextDouble() * 3), (1 + (int)(random.NextDouble() * 10)) / 10.0, random.NextDouble());
            fleet.Process(new BanditFeed().Logged(key, i, $"{i}", new BanditContext(3, [i, 0]), action, probability, 1 - cost));
            logged.Add((key, action, probability, 1 - (1 - cost)));
        }

        var all = new OffPolicyEstimator(plan.OffPolicy);
        foreach (var ((_, action, probability, cost), (costs, probabilities)) in logged.Zip(said).OrderBy(pair => pair.First.Key, StringComparer.Ordinal))
        {
            var clamped = costs.Select(expected => Math.Clamp(expected, 0, 1)).ToArray();
            all.Add(probability, probabilities[action], cost, clamped[action], clamped.Zip(probabilities, (one, share) => one * share).Sum());
        }

        var estimates = fleet.Summary().EstimatesOf(1);

        Assert.Equal((all.Count, all.Clipped, all.MaxWeight), (estimates.Count, estimates.Clipped, estimates.MaxWeight));
        Assert.Equal(all.EffectiveSampleSize, estimates.EffectiveSampleSize, 1e-6);
        Assert.All(all.Estimates().Zip(estimates.Estimates()), pair => AssertNear(pair.First, pair.Second, 1e-9));
        Assert.Equal(estimates.Save(), new BanditSummary(plan, fleet.Fleet.Report().Reverse()).EstimatesOf(1).Save());
    }

    [Fact]
    public void Given_no_keys_When_a_summary_is_made_Then_it_says_that_nothing_is_known()
    {
        var summary = Fleet(BanditStream.Fixed, LearnerChoice.Named("bandit", "uniform")).Summary();

        Assert.True(double.IsNaN(summary.ProgressiveLoss));
        Assert.True(double.IsNaN(summary.EstimatesOf(0).Ips.Value));
        Assert.Equal(0, summary.Decisions + summary.Learned + summary.Waiting);
    }

    private static void AssertNear(OffPolicyEstimate expected, OffPolicyEstimate actual, double tolerance)
    {
        Assert.Equal(expected.Value, actual.Value, tolerance);
        Assert.Equal(expected.StandardError, actual.StandardError, tolerance);
        Assert.Equal(expected.Low, actual.Low, tolerance);
        Assert.Equal(expected.High, actual.High, tolerance);
    }

    private static BanditFleetUnderTest Fleet(BanditTask task, params LearnerChoice[] learners) => new(new BanditPlan(task, learners, 1, 100));
}
