using StreamLearn.Simulation.Networks;

namespace StreamLearn.Simulation.Tests.Networks;

public sealed class BuiltInTopologyTests
{
    private static readonly Topology European = Topology.European();

    [Fact]
    public void The_European_network_has_28_cities_and_41_cables_of_416_km_on_average()
    {
        Assert.Equal((28, 82), (European.Nodes.Count, European.Links.Count));
        Assert.Equal(28, European.Nodes.Distinct().Count());
        Assert.All(European.Links, link => Assert.Equal(European.Links[European.ReverseOf(link.Index)].Weight, link.Weight));
        Assert.Equal(416, European.Links.Average(link => link.Weight), 0.5);
        Assert.All(European.Links, link => Assert.Equal(10e6, link.CapacityKilobits));
        var degrees = Enumerable.Range(0, 28).Select(node => European.Links.Count(link => link.Source == node)).ToArray();
        Assert.Equal((2, 5), (degrees.Min(), degrees.Max()));
    }

    [Theory]
    [InlineData("Amsterdam>Brussels", 191)]
    [InlineData("Athens>Rome", 1050)]
    [InlineData("London>Amsterdam", 331)]
    [InlineData("Stockholm>Warsaw", 800)]
    [InlineData("Zurich>Strasbourg", 142)]
    [InlineData("Zagreb>Vienna", 298)]
    public void Some_cables_of_the_European_network_have_the_length_of_the_source(string link, double kilometres)
    {
        Assert.Equal(kilometres, European.Links[European.IndexOf(link)].Weight);
    }

    [Fact]
    public void The_European_network_is_connected_whichever_cable_it_loses()
    {
        Assert.Equal(0, new ShortestPathRouting(European).UnreachablePairs);
        Assert.All(European.Links, link => Assert.Equal(0, new ShortestPathRouting(European, [link.Index]).UnreachablePairs));
    }

    [Fact]
    public void Given_the_name_of_a_built_in_network_then_it_is_found()
    {
        Assert.Equal(["abilene", "european"], Topology.BuiltInNames);
        Assert.Equal(Topology.AbileneLike().Links, Topology.BuiltIn("abilene").Links);
        Assert.Equal(European.LinkNames, Topology.BuiltIn("european").LinkNames);
    }

    [Fact]
    public void Given_another_name_then_the_error_lists_the_names()
    {
        var error = Assert.Throws<ArgumentException>(() => Topology.BuiltIn("Europe"));

        Assert.Contains("abilene, european, found \"Europe\"", error.Message, StringComparison.Ordinal);
    }
}
