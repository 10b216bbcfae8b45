using StreamLearn.Simulation.Networks;

namespace StreamLearn.Simulation.Tests.Networks;

public sealed class TopologyFileTests
{
    private const string Header = "Node_num: 3\tEdge_num: 2\n";
    private const string Columns = "Link_index\tSource\tDestination\tOSPF\tCapacity(kbps)\n";

    [Fact]
    public void Given_a_right_file_then_its_links_are_read_with_weight_and_capacity()
    {
        var topology = Read(Header + Columns + "0\t0\t1\t587\t9920000\n1 2   0 1.5 100\n\n");

        Assert.Equal(["n0", "n1", "n2"], topology.Nodes);
        Assert.Equal([new NetworkLink(0, 0, 1, 587, 9920000), new NetworkLink(1, 2, 0, 1.5, 100)], topology.Links);
    }

    [Fact]
    public void Given_names_then_the_nodes_have_them()
    {
        Assert.Equal(["a>b", "c>a"], Read(Header + Columns + "0 0 1 1 1\n1 2 0 1 1", ["a", "b", "c"]).LinkNames);
    }

    [Fact]
    public void Given_bandwidth_in_a_Windows_file_then_it_is_read_as_megabits()
    {
        var topology = Read("Node_num: 2\tEdge_num: 1\r\nLink_index\tSource\tDestination\tWeights\tBandwidth\r\n0\t0\t1\t4\t250\r\n");

        Assert.Equal([new NetworkLink(0, 0, 1, 4, 250_000)], topology.Links);
    }

    [Theory]
    [InlineData("", 1, "Node_num: N Edge_num: E")]
    [InlineData("Nodes: 3 Edges: 2\n", 1, "Node_num: N Edge_num: E")]
    [InlineData("Node_num: 3 Edge_num: -2\n", 1, "E above 0")]
    [InlineData("Node_num: 2000000000 Edge_num: 2\n", 1, "N from 1 to 10000")]
    [InlineData(Header, 2, "Link_index Source Destination OSPF")]
    [InlineData(Header + "Link_index Source Destination OSPF Capacity(furlongs)\n", 2, "Capacity(kbps)")]
    [InlineData(Header + Columns + "0 0 1 1 1\n", 4, "link 1 of 2 (Edge_num), found the end of the file")]
    [InlineData(Header + Columns + "0 0 1 1 1\n1 1 0 1\n", 4, "5 columns, found 4")]
    [InlineData(Header + Columns + "0 0 1 1 1\n\n1 1 0 1 fast\n", 5, "a number, found \"fast\"")]
    [InlineData(Header + Columns + "0 0 1.5 1 1\n", 3, "a whole number, found \"1.5\"")]
    [InlineData(Header + Columns + "1 0 1 1 1\n", 3, "link index 0, found 1")]
    [InlineData(Header + Columns + "0 0 3 1 1\n", 3, "a destination from 0 to 2, found 3")]
    [InlineData(Header + Columns + "0 0 1 0 1\n", 3, "a weight above 0, found 0")]
    [InlineData(Header + Columns + "0 0 1 1 NaN\n", 3, "a capacity above 0, found NaN")]
    [InlineData(Header + Columns + "0 0 1 1 1\n1 0 1 2 2\n", 4, "line 3 has the first")]
    [InlineData(Header + Columns + "0 0 1 1 1\n1 1 0 1 1\n2 0 2 1 1\n", 5, "the end after 2 links")]
    public void Given_a_wrong_file_then_the_error_says_file_line_and_what_was_expected(string text, int line, string expected)
    {
        var error = Assert.Throws<SimulationDataException>(() => Read(text));

        Assert.Equal(("net.txt", line), (error.File, error.Line));
        Assert.StartsWith($"net.txt, line {line}: expected ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_another_number_of_names_than_nodes_then_the_error_says_both()
    {
        var error = Assert.Throws<SimulationDataException>(() => Read(Header + Columns, Topology.AbileneNodes));

        Assert.Contains("12 nodes, one for each name given, found Node_num 3", error.Message, StringComparison.Ordinal);
    }

    [SharedDataFact("abilene_tm")]
    public void Given_the_Abilene_file_then_its_routes_follow_its_weights()
    {
        var topology = TopologyFile.Read(SharedData.PathOf("abilene_tm", "Abilene.topo.txt"), Topology.AbileneNodes);
        var routing = new ShortestPathRouting(topology);

        Assert.Equal((12, 30), (topology.Nodes.Count, topology.Links.Count));
        Assert.Equal(new NetworkLink(3, 1, 5, 587, 2480000), topology.Links[topology.IndexOf("ATLAng>IPLSng")]);
        // 861 + 366 + 1893 = 3120 by the coast, 2095 + 639 + 902 = 3636 by Denver, though that has as few hops.
        Assert.Equal(["STTLng>SNVAng", "SNVAng>LOSAng", "LOSAng>HSTNng"], topology.Names(routing.PathOf(10, 4)));
        Assert.Equal(["NYCMng>CHINng", "CHINng>IPLSng", "IPLSng>KSCYng", "KSCYng>DNVRng"], topology.Names(routing.PathOf(8, 3)));
    }

    [SharedDataFact("topologies_rocketfuel")]
    public void Given_the_Rocketfuel_files_then_all_are_read_and_connected()
    {
        (string File, int Nodes, int Links)[] expected = [("Ebone", 23, 76), ("Sprintlink", 44, 166), ("Tiscali", 49, 172)];

        Assert.All(expected, row =>
        {
            var topology = TopologyFile.Read(SharedData.PathOf("topologies_rocketfuel", row.File + ".txt"));
            Assert.Equal((row.Nodes, row.Links), (topology.Nodes.Count, topology.Links.Count));
            Assert.Equal(0, new ShortestPathRouting(topology).UnreachablePairs);
        });
    }

    private static Topology Read(string text, IReadOnlyList<string>? names = null)
    {
        using var reader = new StringReader(text);
        return TopologyFile.Read(reader, "net.txt", names);
    }
}
