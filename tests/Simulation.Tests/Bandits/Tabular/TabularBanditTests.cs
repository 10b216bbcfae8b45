using StreamLearn.Simulation.Bandits.Tabular;

namespace StreamLearn.Simulation.Tests.Bandits.Tabular;

public sealed class TabularBanditTests
{
    private static readonly TabularData Data = new("set", ["a", "b", "c"], [3, 4, 0, 0, -1, 0, 1e30f, 1e30f], [0, 1, 2, 1]);

    [Fact]
    public void Given_rows_when_they_are_contexts_then_they_have_length_one_and_zeros_stay()
    {
        var bandit = new TabularBandit(Data);

        Assert.Equal([0.6f, 0.8f], bandit.ContextOf(0).Shared.ToArray());
        Assert.Equal([0, 0], bandit.ContextOf(1).Shared.ToArray());
        Assert.Equal([-1, 0], bandit.ContextOf(2).Shared.ToArray());
        Assert.Equal(0.70710678f, bandit.ContextOf(3).Shared[0], 1e-6f);
        Assert.Equal((3, 0), (bandit.ContextOf(0).Actions, bandit.ContextOf(0).ActionFeatures));
    }

    [Fact]
    public void Given_a_data_set_when_it_is_a_bandit_then_labels_are_actions_in_blocks_and_only_the_right_one_is_free()
    {
        var bandit = new TabularBandit(Data);

        Assert.Equal(Data.Labels, bandit.Task.Actions);
        Assert.Equal(2, bandit.Task.SharedFeatures);
        Assert.True(bandit.Task.UsesBlocks);
        Assert.Equal([1, 0, 1], Enumerable.Range(0, 3).Select(action => bandit.CostOf(1, action)));
    }

    [Fact]
    public void Given_a_seed_when_the_rows_are_shuffled_then_each_stands_once_and_the_seed_says_where()
    {
        var many = new TabularBandit(new TabularData("set", ["a", "b"], new float[1000], [.. Enumerable.Range(0, 1000).Select(row => row % 2)]));

        Assert.Equal(many.Order(1), many.Order(1));
        Assert.NotEqual(many.Order(1), many.Order(2));
        Assert.Equal(Enumerable.Range(0, 1000), many.Order(3).Order());
    }

    [Fact]
    public void Given_many_seeds_when_three_rows_are_shuffled_then_all_orders_are_as_frequent()
    {
        var three = new TabularBandit(new TabularData("set", ["a", "b"], [1, 2, 3], [0, 1, 0]));
        var counts = Enumerable.Range(0, 6000).GroupBy(seed => string.Concat(three.Order((ulong)seed))).Select(group => group.Count()).ToArray();

        // 1000 each, standard deviation 29.
        Assert.Equal(6, counts.Length);
        Assert.All(counts, count => Assert.InRange(count, 870, 1130));
    }
}
