using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Measures;
using StreamLearn.Learners.Tests.Bandits;

namespace StreamLearn.Learners.Tests.Measures;

public sealed class BanditMeasuresTests
{
    private static readonly string[] Keys = ["a", "b"];

    [Fact]
    public void Given_probabilities_and_costs_when_they_fade_then_means_and_the_least_are_those_computed_by_hand()
    {
        var recent = new RecentDecisions();
        Assert.True(double.IsNaN(recent.Loss) && double.IsNaN(recent.Propensity) && double.IsNaN(recent.LeastPropensity));
        double[] probabilities = [0.9, 0.1, 0.5];
        foreach (var probability in probabilities)
        {
            recent.AddDecision(probability);
        }

        recent.AddCost(1);
        recent.AddCost(0);

        const double fading = RecentDecisions.Fading;
        Assert.Equal(((0.9 * fading * fading) + (0.1 * fading) + 0.5) / ((fading * fading) + fading + 1), recent.Propensity, 12);
        Assert.Equal(0.1, recent.LeastPropensity);
        Assert.Equal(fading / (1 + fading), recent.Loss, 12);

        // It is remembered through the block after its own, and no longer.
        Decide(2 * RecentDecisions.Block - 3);
        Assert.Equal(0.1, recent.LeastPropensity);
        Decide(1);
        Assert.Equal(0.5, recent.LeastPropensity);

        void Decide(int times)
        {
            for (var i = 0; i < times; i++)
            {
                recent.AddDecision(0.5);
            }
        }
    }

    [Fact]
    public void Given_decisions_when_they_are_measured_then_it_is_what_the_summary_says()
    {
        var (plan, fleet) = Fed(Keys);
        var summary = fleet.Summary();

        var total = fleet.Fleet.Measure(KeySelection.None).Total;

        Assert.Equal(summary.ProgressiveLoss, Of(total, "loss"), 12);
        Assert.Equal(plan.Task.FeedbackOf(summary.ProgressiveLoss), Of(total, "reward"), 12);
        Assert.Equal(
            (summary.Decisions, summary.Learned, summary.Waiting), ((long)Of(total, "decisions"), (long)Of(total, "learned"), (long)Of(total, "waiting")));
        Assert.Equal(
            (summary.Join.Joined, summary.Join.Missing, summary.Join.Late, summary.Join.Held),
            ((long)Of(total, "joined"), (long)Of(total, "missed"), (long)Of(total, "late"), (long)Of(total, "held")));
        for (var learner = 0; learner < plan.Learners.Count; learner++)
        {
            var estimates = summary.EstimatesOf(learner);
            Assert.Equal(estimates.DoublyRobust.Value, Of(total, "doubly_robust", learner), 12);
            Assert.Equal(estimates.Snips.Value, Of(total, "snips", learner), 12);
            Assert.Equal(estimates.EffectiveSampleSize, Of(total, "effective_sample_size", learner), 9);
            Assert.Equal(estimates.MaxWeight, Of(total, "max_weight", learner));
        }

        Assert.Equal(
            summary.ProgressiveLoss - Enumerable.Range(1, 2).Min(rival => summary.EstimatesOf(rival).DoublyRobust.Value), Of(total, "regret"), 12);
        Assert.InRange(Of(total, "propensity"), Of(total, "propensity_min"), 1);
        Assert.InRange(Of(total, "loss_fading"), 0, 1);
    }

    [Fact]
    public void Given_a_state_that_is_loaded_when_it_is_measured_then_what_is_of_the_process_begins_anew_and_the_state_is_the_same()
    {
        var (_, fleet) = Fed(Keys);
        var before = fleet.Fleet.Measure(KeySelection.None).Total;

        fleet.Restart();
        var after = fleet.Fleet.Measure(KeySelection.None).Total;

        Assert.Equal(Of(before, "loss"), Of(after, "loss"));
        Assert.True(double.IsNaN(Of(after, "loss_fading")) && double.IsNaN(Of(after, "propensity")) && double.IsNaN(Of(after, "propensity_min")));
    }

    [Fact]
    public void Given_two_fleets_when_their_measures_are_added_then_they_are_those_of_one()
    {
        var whole = Fed(Keys).Fleet.Fleet.Measure(KeySelection.None).Total;
        var left = Fed(Keys, only: "a").Fleet.Fleet.Measure(KeySelection.None).Total;

        left.Add(Fed(Keys, only: "b").Fleet.Fleet.Measure(KeySelection.None).Total);

        Assert.All(whole.Values().Zip(left.Values()), pair => Assert.Equal(pair.First.Value, pair.Second.Value, 9));
    }

    [Fact]
    public void Given_a_learner_without_rivals_when_it_is_measured_then_its_regret_is_not_known()
    {
        var plan = new BanditPlan(BanditStream.Fixed, [LearnerChoice.Named("bandit", "uniform")], seed: 1, maxKeys: 100);
        var fleet = new BanditFleetUnderTest(plan);
        fleet.Process(BanditStream.Of(plan.Task, Keys, 40));

        Assert.True(double.IsNaN(Of(fleet.Fleet.Measure(KeySelection.None).Total, "regret")));
    }

    [Fact]
    public void Given_decisions_when_they_are_noted_then_nothing_is_allocated()
    {
        var recent = new RecentDecisions();
        recent.AddDecision(0.5);
        recent.AddCost(0.5);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            recent.AddDecision(0.5);
            recent.AddCost(0.5);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static (BanditPlan Plan, BanditFleetUnderTest Fleet) Fed(string[] keys, string? only = null)
    {
        var plan = new BanditPlan(
            BanditStream.Fixed, [.. ((string[])["neu-fast-cb", "linear-square-cb", "uniform"]).Select(kind => LearnerChoice.Named("bandit", kind))], seed: 1, maxKeys: 100);
        var fleet = new BanditFleetUnderTest(plan);
        var feed = BanditStream.Of(plan.Task, keys, 80);
        fleet.Process(only is null ? feed.Batch() : feed.BatchOf(only));
        return (plan, fleet);
    }

    private static double Of(TaskMeasures measures, string name, int learner = 0) =>
        measures.Values().Single(value => (value.Measure.Name, value.Learner) == (name, learner)).Value;
}
