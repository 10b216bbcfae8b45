using StreamLearn.Learners.Randomness;
using StreamLearn.Simulation.Bandits;

namespace StreamLearn.Simulation.Tests.Bandits;

public sealed class RegretTrackerTests
{
    [Fact]
    public void Given_steps_of_two_keys_then_the_best_fixed_is_one_per_key_and_the_best_dynamic_one_per_step()
    {
        var tracker = new RegretTracker(keys: 2, actions: 2);

        tracker.Add(0, 0, [1, 0.5]);
        tracker.Add(0, 1, [0.25, 0.5]);
        tracker.Add(1, 1, [0.25, 0.75]);

        Assert.Equal(1, tracker.BestFixed(0));
        Assert.Equal(0, tracker.BestFixed(1));
        Assert.Equal(new RegretTotals(2, 1.5, 1, 0.75, 1.125), tracker[0]);
        Assert.Equal(new RegretTotals(1, 0.75, 0.25, 0.25, 0.5), tracker[1]);
        Assert.Equal(new RegretTotals(3, 2.25, 1.25, 1, 1.625), tracker.Total);
        Assert.Equal(1, tracker.Total.FixedRegret);
        Assert.Equal(1.25, tracker.Total.DynamicRegret);
    }

    [Fact]
    public void Given_no_step_then_all_sums_are_zero() =>
        Assert.Equal(default, new RegretTracker(2, 3).Total);

    [Fact]
    public void Given_many_steps_then_the_totals_are_those_of_the_whole_table()
    {
        var random = new Xoshiro256(11);
        var tracker = new RegretTracker(3, 4);
        var steps = Enumerable.Range(0, 1000).Select(_ =>
        (
            Key: (int)(3 * random.NextDouble()),
            Chosen: (int)(4 * random.NextDouble()),
            Costs: Enumerable.Range(0, 4).Select(_ => random.NextDouble()).ToArray()
        )).ToList();

        foreach (var (key, chosen, costs) in steps)
            tracker.Add(key, chosen, costs);

        var total = tracker.Total;
        Assert.Equal(1000, total.Steps);
        Assert.Equal(steps.Sum(step => step.Costs[step.Chosen]), total.Cost, 1e-9);
        Assert.Equal(steps.Sum(step => step.Costs.Min()), total.BestDynamicCost, 1e-9);
        Assert.Equal(steps.Sum(step => step.Costs.Average()), total.UniformCost, 1e-9);
        Assert.Equal(
            steps.GroupBy(step => step.Key).Sum(key => Enumerable.Range(0, 4).Min(action => key.Sum(step => step.Costs[action]))),
            total.BestFixedCost,
            1e-9);
    }

    [Fact]
    public void Given_a_key_an_action_or_costs_that_do_not_fit_then_an_error_and_nothing_is_counted()
    {
        var tracker = new RegretTracker(2, 3);

        Assert.Throws<ArgumentOutOfRangeException>(() => tracker.Add(2, 0, [1, 2, 3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tracker.Add(0, 3, [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => tracker.Add(0, 0, [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tracker[-1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => tracker.BestFixed(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RegretTracker(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RegretTracker(1, 0));
        Assert.Equal(default, tracker.Total);
    }

    [Fact]
    public void Given_steps_then_counting_and_reading_allocate_nothing()
    {
        var tracker = new RegretTracker(2, 3);
        double[] costs = [0.1, 0.2, 0.3];
        tracker.Add(0, 0, costs);
        _ = tracker.Total;

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 1000; step++)
        {
            tracker.Add(step % 2, step % 3, costs);
            _ = tracker.Total;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
