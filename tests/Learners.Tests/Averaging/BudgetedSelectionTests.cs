using StreamLearn.Learners.Averaging;

namespace StreamLearn.Learners.Tests.Averaging;

public sealed class BudgetedSelectionTests
{
    [Fact]
    public void Given_the_example_of_the_source_When_levels_are_chosen_Then_they_take_65()
    {
        // Uniformly the middle ones have error 3 and size 90.
        double[][] errors = [[0, 1, 3], [0, 2, 4]];
        long[][] costs = [[100, 50, 5], [60, 40, 30]];

        var chosen = BudgetedSelection.Choose(errors, costs, budget: 3)!;

        Assert.Equal([2, 0], chosen);
        Assert.Equal(65, costs[0][chosen[0]] + costs[1][chosen[1]]);
    }

    [Fact]
    public void Given_options_that_cost_the_same_When_one_is_chosen_Then_it_is_the_first() =>
        Assert.Equal([1, 0], BudgetedSelection.Choose([[1, 1, 0.5], [0, 0]], [[9, 5, 5], [3, 3]], budget: 4)!);

    [Fact]
    public void Given_errors_that_do_not_fit_When_options_are_chosen_Then_there_are_none()
    {
        Assert.Null(BudgetedSelection.Choose([[2.0, 3]], [[1, 1]], budget: 1));
        Assert.Null(BudgetedSelection.Choose([[1.0]], [[1]], budget: 0));
        Assert.Equal([0], BudgetedSelection.Choose([[0.0, 1]], [[7, 1]], budget: 0)!);
    }

    [Fact]
    public void Given_any_tables_When_options_are_chosen_Then_errors_keep_within_the_budget_and_nothing_within_coarser_rounding_is_cheaper()
    {
        var random = new Random(5);
        for (var round = 0; round < 60; round++)
        {
            var things = 1 + random.Next(5);
            double[][] errors = [.. Enumerable.Range(0, things).Select(_ => Enumerable.Range(0, 1 + random.Next(4)).Select(_ => random.NextDouble()).ToArray())];
            long[][] costs = [.. errors.Select(options => options.Select(_ => (long)random.Next(1000)).ToArray())];
            var budget = random.NextDouble() * things;

            var chosen = BudgetedSelection.Choose(errors, costs, budget);
            var best = Best(errors, costs, budget * (1 - (things / (double)BudgetedSelection.DefaultBuckets)));

            if (chosen is null)
            {
                Assert.Null(best);
                continue;
            }

            Assert.True(chosen.Select((option, thing) => errors[thing][option]).Sum() <= budget * (1 + 1e-12));
            Assert.True(best is null || chosen.Select((option, thing) => costs[thing][option]).Sum() <= best);
        }
    }

    /// <summary>The least cost by trying all.</summary>
    private static long? Best(double[][] errors, long[][] costs, double budget)
    {
        long? best = null;
        Try(0, 0, 0);
        return best;

        void Try(int thing, double error, long cost)
        {
            if (error > budget || cost >= best)
            {
                return;
            }

            if (thing == errors.Length)
            {
                best = cost;
                return;
            }

            for (var option = 0; option < errors[thing].Length; option++)
            {
                Try(thing + 1, error + errors[thing][option], cost + costs[thing][option]);
            }
        }
    }
}
