using FsCheck.Xunit;
using StreamLearn.Learners.Randomness;
using StreamLearn.Simulation.Networks;

namespace StreamLearn.Simulation.Tests.Networks;

public sealed class ShortestPathRoutingTests
{
    /// <summary>A square 0-1-2-3 with a dear diagonal 0-2.</summary>
    private static readonly Topology Square = Graphs.OfCables(4, (0, 1, 1), (1, 2, 1), (2, 3, 1), (3, 0, 3), (0, 2, 5));

    [Fact]
    public void Given_a_dear_direct_link_then_the_cheaper_way_round_is_taken()
    {
        var routing = new ShortestPathRouting(Square);

        Assert.Equal(["n0>n1", "n1>n2"], Square.Names(routing.PathOf(0, 2)));
        Assert.Empty(routing.PathOf(1, 1).ToArray());
    }

    [Fact]
    public void Given_a_failed_link_then_both_directions_go_round_it()
    {
        var routing = new ShortestPathRouting(Square, [Square.IndexOf("n1>n2")]);

        Assert.Equal(["n0>n3", "n3>n2"], Square.Names(routing.PathOf(0, 2)));
        Assert.Equal(["n2>n3", "n3>n0", "n0>n1"], Square.Names(routing.PathOf(2, 1)));
    }

    [Fact]
    public void Given_two_paths_of_one_length_then_the_last_hop_comes_from_the_nearer_node_and_of_equally_near_ones_the_lower()
    {
        var equallyNear = Graphs.OfCables(4, (0, 2, 1), (2, 3, 1), (0, 1, 1), (1, 3, 1));
        var nearer = Graphs.OfCables(4, (0, 1, 3), (1, 3, 1), (0, 2, 1), (2, 3, 3));

        Assert.Equal(["n0>n1", "n1>n3"], equallyNear.Names(new ShortestPathRouting(equallyNear).PathOf(0, 3)));
        Assert.Equal(["n0>n2", "n2>n3"], nearer.Names(new ShortestPathRouting(nearer).PathOf(0, 3)));
    }

    [Fact]
    public void Given_demands_then_each_link_carries_the_sum_of_those_that_cross_it()
    {
        var line = Graphs.OfCables(3, (0, 1, 1), (1, 2, 1));
        var loads = new double[4];

        var dropped = new ShortestPathRouting(line).RouteLoads([100, 1, 2, 4, 100, 8, 16, 32, 100], loads);

        Assert.Equal([1 + 2, 4 + 16, 2 + 8, 16 + 32], loads);
        Assert.Equal(0, dropped);
    }

    [Fact]
    public void Given_a_node_that_is_cut_off_then_its_demands_are_dropped_and_counted()
    {
        var line = Graphs.OfCables(3, (0, 1, 1), (1, 2, 1));
        var routing = new ShortestPathRouting(line, [2]);
        var loads = new double[4];

        var dropped = routing.RouteLoads([0, 1, 2, 4, 0, 8, 16, 32, 64], loads);

        Assert.Equal([1, 4, 0, 0], loads);
        Assert.Equal(2 + 8 + 16 + 32, dropped);
        Assert.Equal(4, routing.UnreachablePairs);
        Assert.False(routing.IsReachable(0, 2));
        Assert.True(routing.IsReachable(2, 2));
    }

    [Property]
    public bool Given_any_network_then_every_path_is_a_chain_of_links_of_the_least_weight(ulong seed)
    {
        var topology = Graphs.Random(seed);
        var nodes = topology.Nodes.Count;
        var routing = new ShortestPathRouting(topology);
        var least = LeastWeights(topology);
        for (var pair = 0; pair < nodes * nodes; pair++)
        {
            var (source, destination) = Math.DivRem(pair, nodes);
            if (routing.IsReachable(source, destination) != double.IsFinite(least[source, destination]))
                return false;
            var (node, weight) = (source, 0.0);
            foreach (var link in routing.PathOf(source, destination))
            {
                if (topology.Links[link].Source != node)
                    return false;
                node = topology.Links[link].Destination;
                weight += topology.Links[link].Weight;
            }

            if (routing.IsReachable(source, destination) && (node != destination || weight != least[source, destination]))
                return false;
        }

        return true;
    }

    [Property]
    public bool Given_any_network_and_demands_then_the_loads_sum_to_demand_times_hops(ulong seed)
    {
        var topology = Graphs.Random(seed);
        var nodes = topology.Nodes.Count;
        var random = new Xoshiro256(seed);
        // Whole numbers, so that sums are exact in any order.
        var demands = Enumerable.Range(0, nodes * nodes).Select(_ => Math.Floor(1000 * random.NextDouble())).ToArray();
        var routing = new ShortestPathRouting(topology);
        var loads = new double[topology.Links.Count];
        Array.Fill(loads, double.NaN);

        var dropped = routing.RouteLoads(demands, loads);

        var (carried, lost) = (0.0, 0.0);
        for (var pair = 0; pair < demands.Length; pair++)
        {
            var (source, destination) = Math.DivRem(pair, nodes);
            carried += demands[pair] * routing.PathOf(source, destination).Length;
            lost += routing.IsReachable(source, destination) ? 0 : demands[pair];
        }

        return loads.Sum() == carried && dropped == lost;
    }

    [Property]
    public bool Given_any_network_then_the_order_of_its_links_does_not_change_a_path(ulong seed)
    {
        var topology = Graphs.Random(seed);
        var turned = new Topology(topology.Nodes, [.. topology.Links.Reverse().Select((link, index) => link with { Index = index })]);
        var (routing, turnedRouting) = (new ShortestPathRouting(topology), new ShortestPathRouting(turned));
        var nodes = topology.Nodes.Count;
        return Enumerable.Range(0, nodes * nodes).All(pair => topology.Names(routing.PathOf(pair / nodes, pair % nodes))
            .SequenceEqual(turned.Names(turnedRouting.PathOf(pair / nodes, pair % nodes))));
    }

    [Fact]
    public void Given_a_routing_then_a_call_allocates_nothing()
    {
        var topology = Topology.AbileneLike();
        var routing = new ShortestPathRouting(topology);
        var (demands, loads) = (new double[144], new double[30]);
        routing.RouteLoads(demands, loads);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var call = 0; call < 100; call++)
            routing.RouteLoads(demands, loads);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Given_spans_of_wrong_length_or_unknown_links_then_they_are_refused()
    {
        var routing = new ShortestPathRouting(Square);

        Assert.Throws<ArgumentException>(() => routing.RouteLoads(new double[15], new double[10]));
        Assert.Throws<ArgumentException>(() => routing.RouteLoads(new double[16], new double[9]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShortestPathRouting(Square, [10]));
        Assert.Throws<ArgumentOutOfRangeException>(() => routing.IsReachable(0, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => routing.PathOf(-1, 0).Length);
    }

    /// <summary>Floyd and Warshall's least weights.</summary>
    private static double[,] LeastWeights(Topology topology)
    {
        var nodes = topology.Nodes.Count;
        var least = new double[nodes, nodes];
        for (var a = 0; a < nodes; a++)
        {
            for (var b = 0; b < nodes; b++)
                least[a, b] = a == b ? 0 : double.PositiveInfinity;
        }

        foreach (var link in topology.Links)
            least[link.Source, link.Destination] = link.Weight;
        for (var via = 0; via < nodes; via++)
        {
            for (var a = 0; a < nodes; a++)
            {
                for (var b = 0; b < nodes; b++)
                    least[a, b] = Math.Min(least[a, b], least[a, via] + least[via, b]);
            }
        }

        return least;
    }
}
