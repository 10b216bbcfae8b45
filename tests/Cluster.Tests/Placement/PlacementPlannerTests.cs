using StreamLearn.Cluster.Placement;

namespace StreamLearn.Cluster.Tests.Placement;

public sealed class PlacementPlannerTests
{
    private static readonly ShardCosts Unmeasured = new(new Dictionary<int, double>());

    private static readonly PlacementLimits Limits = new(0.2, 0);

    [Fact]
    public void Given_nodes_with_loads_When_a_shard_is_allocated_Then_it_goes_where_the_load_with_it_is_least()
    {
        var costs = new ShardCosts(new Dictionary<int, double> { [0] = 3, [1] = 1, [2] = 4 });

        // (3 + 4) / 4 = 1.75 against (1 + 4) / 2 = 2.5 and (0 + 4) / 1 = 4.
        Assert.Equal("a", PlacementPlanner.Allocate(2, [Node("c", 1), Node("b", 2, 1), Node("a", 4, 0)], costs));
    }

    [Fact]
    public void Given_load_of_other_pipelines_When_a_shard_is_allocated_Then_it_counts() =>
        Assert.Equal("b", PlacementPlanner.Allocate(0, [Node("a", 1) with { OtherLoad = 0.5 }, Node("b", 1)], Unmeasured));

    [Fact]
    public void Given_nodes_alike_When_a_shard_is_allocated_Then_the_first_by_address_has_it() =>
        Assert.Equal("a:10", PlacementPlanner.Allocate(0, [Node("b:1", 1), Node("a:10", 1), Node("a:2", 1)], Unmeasured));

    [Fact]
    public void Given_a_node_without_a_report_When_a_shard_is_allocated_Then_the_node_counts_as_an_average_one()
    {
        Assert.Equal("b", PlacementPlanner.Allocate(9, [Node("a", 2, 0), Node("b", null, 1), Node("c", 4, 2, 3, 4)], Unmeasured));
        Assert.Equal("b", PlacementPlanner.Allocate(9, [Node("a", null, 0), Node("b", null)], Unmeasured));
    }

    [Fact]
    public void Given_costs_of_some_shards_When_another_is_asked_for_Then_it_is_supposed_to_cost_their_mean()
    {
        var costs = new ShardCosts(new Dictionary<int, double> { [0] = 1, [1] = 4 });

        Assert.Equal([1, 4, 2.5], [costs.Of(0), costs.Of(1), costs.Of(2)]);
        Assert.Equal([1, 7], [Unmeasured.Of(0), new ShardCosts(new Dictionary<int, double>(), 7).Of(0)]);
    }

    /// <summary>Regression: shards without a bucket were moved to make up for what could not be mended, and counted as what they might do where they came.</summary>
    [Fact]
    public void Given_busy_shards_that_cannot_be_shared_out_evenly_and_idle_ones_When_shards_could_move_Then_idle_ones_stay()
    {
        var idle = Enumerable.Range(3, 61).ToHashSet();
        var costs = new ShardCosts(new Dictionary<int, double> { [0] = 0.3, [1] = 0.3, [2] = 0.3 }).WithIdle(idle);
        var nodes = new[] { Node("a", 2, [0, 1, .. idle.Take(30)]), Node("b", 2, [2, .. idle.Skip(30)]) };

        Assert.Empty(PlacementPlanner.Rebalance(nodes, costs, Limits));
        Assert.Empty(PlacementPlanner.Rebalance(nodes, costs, Limits, underWay: true));
        var moved = PlacementPlanner.Rebalance([Node("a", 2, [0, 1, 2, .. idle]), Node("b", 2)], costs, Limits);
        Assert.Equal([0, 1], moved.Select(move => move.Shard));
        Assert.Empty(PlacementPlanner.Rebalance([Node("a", 2, [2, .. idle]), Node("b", 2, [0, 1])], costs, Limits, underWay: true));
    }

    [Fact]
    public void Given_a_node_that_has_not_reported_When_shards_could_move_Then_none_does() =>
        Assert.Empty(PlacementPlanner.Rebalance([Node("a", 1, 0, 1, 2, 3), Node("b", null)], Unmeasured, Limits));

    [Fact]
    public void Given_one_node_or_none_When_shards_could_move_Then_none_does()
    {
        Assert.Empty(PlacementPlanner.Rebalance([], Unmeasured, Limits));
        Assert.Empty(PlacementPlanner.Rebalance([Node("a", 1, 0, 1)], Unmeasured, Limits));
    }

    [Fact]
    public void Given_an_empty_node_When_shards_are_alike_Then_the_lowest_numbers_move_from_the_first_of_the_fullest()
    {
        var plan = PlacementPlanner.Rebalance([Node("b", 1, 5, 4), Node("a", 1, 3, 2), Node("c", 1)], Unmeasured, new PlacementLimits(0.2, 9));

        Assert.Equal([new PlacementMove(2, "a", "c")], plan);
    }

    [Fact]
    public void Given_one_hot_shard_When_nodes_are_uneven_Then_it_stays_and_the_others_make_room()
    {
        var costs = new ShardCosts(new Dictionary<int, double> { [0] = 10, [1] = 1, [2] = 1, [3] = 1, [4] = 1 });

        var plan = PlacementPlanner.Rebalance([Node("a", 1, 0, 1, 2), Node("b", 1, 3, 4)], costs, new PlacementLimits(0.2, 9));

        Assert.Equal([1, 2], plan.Select(move => move.Shard));
        Assert.All(plan, move => Assert.Equal(("a", "b"), (move.From, move.To)));
    }

    [Fact]
    public void Given_a_node_whose_only_shard_is_too_much_for_it_When_another_is_empty_Then_the_empty_one_is_filled_from_the_next()
    {
        var costs = new ShardCosts(new Dictionary<int, double> { [0] = 10 }, 1);
        var measured = new ShardCosts(new Dictionary<int, double> { [0] = 10, [1] = 1, [2] = 1, [3] = 1, [4] = 1 });

        var plan = PlacementPlanner.Rebalance([Node("a", 1, 0), Node("b", 1, 1, 2, 3, 4), Node("c", 1)], measured, new PlacementLimits(0.2, 9));

        // 20 % of the mean of 14 / 3 are less than a difference of 2.
        Assert.Equal([("b", "c"), ("b", "c")], plan.Select(move => (move.From, move.To)));
        Assert.Equal(10, costs.Unknown);
    }

    [Fact]
    public void Given_a_difference_up_to_the_threshold_When_a_plan_is_made_Then_nothing_moves_and_above_it_moves_go_on_to_the_end()
    {
        var costs = new ShardCosts(Enumerable.Range(0, 200).ToDictionary(shard => shard, _ => 1.0));

        Assert.Empty(PlacementPlanner.Rebalance([Full("a", 0, 110), Full("b", 110, 90)], costs, new PlacementLimits(0.2, 100)));
        Assert.Equal(9, PlacementPlanner.Rebalance([Full("a", 0, 111), Full("b", 111, 89)], costs, new PlacementLimits(0.2, 100)).Count);
        Assert.Equal(8, PlacementPlanner.Rebalance([Full("a", 0, 110), Full("b", 110, 90)], costs, new PlacementLimits(0.2, 100), underWay: true).Count);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(19, 1)]
    [InlineData(20, 2)]
    [InlineData(1000, 100)]
    public void Given_no_limit_When_it_is_asked_for_Then_it_is_a_tenth_and_at_least_one(int shards, int most) =>
        Assert.Equal(most, new PlacementLimits(0.2, 0).MovesOf(shards));

    private static PlacementNode Node(string address, double? capacity, params int[] shards) => new(address, capacity, 0, shards);

    private static PlacementNode Full(string address, int first, int count) => Node(address, 1, [.. Enumerable.Range(first, count)]);
}
