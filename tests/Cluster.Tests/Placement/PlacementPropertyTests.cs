using FsCheck;
using FsCheck.Xunit;
using StreamLearn.Cluster.Placement;

namespace StreamLearn.Cluster.Tests.Placement;

/// <summary>What holds for the planner whatever nodes and shards there are.</summary>
public sealed class PlacementPropertyTests
{
    [Property(MaxTest = 500)]
    public void Given_any_placement_When_it_is_rebalanced_Then_few_move_at_a_time_the_largest_load_never_rises_and_it_ends(
        PositiveInt[] capacities, NonNegativeInt[] shards, PositiveInt most, NonNegativeInt threshold)
    {
        var nodes = Math.Max(1, capacities.Length);
        var world = new PlacementWorld(
            capacities.Length == 0 ? [1] : capacities.Select(capacity => (double)((capacity.Get % 8) + 1)), CostsOf(shards), node => node % 3 * 0.7);
        for (var shard = 0; shard < shards.Length; shard++)
        {
            world.Put(shard, shards[shard].Get / 7 % nodes);
        }

        var limits = new PlacementLimits(threshold.Get % 5 * 0.1, most.Get % 10);
        world.Settle(limits);

        Assert.Empty(world.Rebalance(limits, underWay: false));
    }

    [Property(MaxTest = 300)]
    public void Given_any_placement_When_it_is_planned_twice_in_any_order_Then_the_plan_is_the_same(PositiveInt[] capacities, NonNegativeInt[] shards)
    {
        var world = new PlacementWorld(capacities.Append(PositiveInt.NewPositiveInt(2)).Select(capacity => (double)((capacity.Get % 8) + 1)), CostsOf(shards));
        for (var shard = 0; shard < shards.Length; shard++)
        {
            world.Put(shard, shards[shard].Get % (capacities.Length + 1));
        }

        var costs = new ShardCosts(world.Costs);
        var reversed = world.Nodes.Reverse().Select(node => node with { Shards = [.. node.Shards.Reverse()] }).ToList();

        Assert.Equal(
            PlacementPlanner.Rebalance(world.Nodes, costs, new PlacementLimits(0.1, 5)), PlacementPlanner.Rebalance(reversed, costs, new PlacementLimits(0.1, 5)));
        Assert.Equal(PlacementPlanner.Allocate(99, world.Nodes, costs), PlacementPlanner.Allocate(99, reversed, costs));
    }

    [Property(MaxTest = 200)]
    public void Given_shards_and_nodes_that_are_alike_When_they_are_allocated_or_balanced_Then_counts_differ_by_one_at_most(PositiveInt nodes, PositiveInt shards)
    {
        var (nodeCount, shardCount) = ((nodes.Get % 9) + 1, shards.Get % 100);
        var allocated = new PlacementWorld(Enumerable.Repeat(4.0, nodeCount), Equal(shardCount));
        allocated.AllocateAll();
        var piled = new PlacementWorld(Enumerable.Repeat(4.0, nodeCount), Equal(shardCount));
        for (var shard = 0; shard < shardCount; shard++)
        {
            piled.Put(shard, 0);
        }

        piled.Settle(new PlacementLimits(0, 0));

        Assert.True(allocated.Counts.Max() - allocated.Counts.Min() <= 1, string.Join(", ", allocated.Counts));
        Assert.True(piled.Counts.Max() - piled.Counts.Min() <= 1, string.Join(", ", piled.Counts));
    }

    [Property(MaxTest = 200)]
    public void Given_a_node_with_twice_the_capacity_When_shards_are_alike_Then_it_has_twice_as_many(PositiveInt size, PositiveInt capacity)
    {
        var third = size.Get % 40;
        var world = new PlacementWorld([(2.0 * (capacity.Get % 9)) + 2, (capacity.Get % 9) + 1.0], Equal(3 * third));
        world.AllocateAll();
        Assert.Equal([2 * third, third], world.Counts);

        for (var shard = 0; shard < 3 * third; shard++)
        {
            world.Put(shard, 1);
        }

        world.Settle(new PlacementLimits(0, 0));
        Assert.Equal([2 * third, third], world.Counts);
    }

    [Theory]
    [InlineData(64, 2)]
    [InlineData(64, 5)]
    [InlineData(1000, 3)]
    [InlineData(12, 2)]
    public void Given_balanced_nodes_When_an_empty_one_joins_Then_it_fills_up_and_then_nothing_moves(int shards, int nodes)
    {
        var world = new PlacementWorld(Enumerable.Repeat(2.0, nodes), Costs(shards, seed: 7));
        world.AllocateAll();
        world.Settle(new PlacementLimits(0.2, 0));
        world.Join(2);

        var rounds = world.Settle(new PlacementLimits(0.2, 0));

        var share = world.Nodes[^1].Shards.Sum(shard => world.Costs[shard]) / world.Costs.Values.Sum() * (nodes + 1);
        Assert.True(share > 0.8, $"The new node has {share} of its share after {rounds} rounds.");
        Assert.True(rounds <= 12, $"{rounds} rounds");
        Assert.Empty(world.Rebalance(new PlacementLimits(0.2, 0), underWay: false));
    }

    [Theory]
    [InlineData(64, 2)]
    [InlineData(64, 3)]
    [InlineData(256, 6)]
    [InlineData(16, 2)]
    public void Given_balanced_nodes_When_costs_are_measured_a_tenth_too_high_or_too_low_Then_nothing_moves(int shards, int nodes)
    {
        var world = new PlacementWorld(Enumerable.Repeat(2.0, nodes), Costs(shards, seed: 3));
        for (var shard = 0; shard < shards; shard++)
        {
            world.Put(shard, 0);
        }

        world.Settle(new PlacementLimits(0.2, 0));
        var exact = world.Costs;
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            world.Costs = exact.ToDictionary(cost => cost.Key, cost => cost.Value * (0.9 + (0.2 * random.NextDouble())));
            Assert.Empty(world.Rebalance(new PlacementLimits(0.2, 0), underWay: false));
        }
    }

    [Fact]
    public void Given_many_shards_and_nodes_When_a_plan_is_made_Then_it_has_as_many_moves_as_it_may()
    {
        var world = new PlacementWorld(Enumerable.Repeat(2.0, 20), Costs(20_000, seed: 1));
        for (var shard = 0; shard < 20_000; shard++)
        {
            world.Put(shard, shard % 10);
        }

        Assert.Equal(2000, world.Rebalance(new PlacementLimits(0.2, 0), underWay: false).Count);
    }

    private static Dictionary<int, double> CostsOf(NonNegativeInt[] shards) =>
        shards.Select((shard, i) => (Cost: 0.001 + (shard.Get % 50 * 0.37), i)).ToDictionary(shard => shard.i, shard => shard.Cost);

    private static Dictionary<int, double> Equal(int shards) => Enumerable.Range(0, shards).ToDictionary(shard => shard, _ => 0.3);

    private static Dictionary<int, double> Costs(int shards, int seed)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, shards).ToDictionary(shard => shard, _ => 0.05 + random.NextDouble());
    }
}
