using StreamLearn.Simulation.Networks;

namespace StreamLearn.Simulation.Tests.Networks;

public sealed class TopologyTests
{
    private static readonly NetworkLink Good = new(0, 0, 1, 1, 1000);

    [Fact]
    public void Given_two_nodes_with_a_cable_then_each_direction_is_named_and_knows_the_other()
    {
        var topology = Graphs.OfCables(2, (0, 1, 5));

        Assert.Equal(["n0>n1", "n1>n0"], topology.LinkNames);
        Assert.Equal(1, topology.IndexOf("n1>n0"));
        Assert.Equal(-1, topology.IndexOf("n1>n2"));
        Assert.Equal(1, topology.ReverseOf(0));
        Assert.Equal(0, topology.ReverseOf(1));
    }

    [Fact]
    public void Given_a_one_way_link_then_it_has_no_reverse()
    {
        Assert.Equal(-1, new Topology(["a", "b"], [Good]).ReverseOf(0));
    }

    [Fact]
    public void Given_links_that_cannot_be_then_they_are_refused()
    {
        NetworkLink[] wrong =
        [
            Good with { Index = 1 }, Good with { Source = 2 }, Good with { Destination = -1 }, Good with { Destination = 0 },
            Good with { Weight = 0 }, Good with { Weight = double.NaN }, Good with { CapacityKilobits = -1 },
        ];

        Assert.All(wrong, link => Assert.Throws<ArgumentException>(() => new Topology(["a", "b"], [link])));
    }

    [Fact]
    public void Given_two_links_or_nodes_of_one_name_then_they_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Topology(["a", "b"], [Good, Good with { Index = 1 }]));
        Assert.Throws<ArgumentException>(() => new Topology(["a", "a"], [Good]));
    }

    [Fact]
    public void The_built_in_backbone_has_12_nodes_30_links_and_reaches_every_node()
    {
        var topology = Topology.AbileneLike();

        Assert.Equal(Topology.AbileneNodes, topology.Nodes);
        Assert.Equal(30, topology.Links.Count);
        Assert.Contains("ATLAng>HSTNng", topology.LinkNames);
        Assert.DoesNotContain(-1, topology.Links.Select(link => topology.ReverseOf(link.Index)));
        Assert.Equal(0, new ShortestPathRouting(topology).UnreachablePairs);
    }
}
