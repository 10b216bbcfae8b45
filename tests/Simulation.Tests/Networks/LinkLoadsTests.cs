using StreamLearn.Simulation.Networks;
using Xunit.Abstractions;

namespace StreamLearn.Simulation.Tests.Networks;

public sealed class LinkLoadsTests(ITestOutputHelper output) : IDisposable
{
    private static readonly Topology Line = Graphs.OfCables(3, (0, 1, 1), (1, 2, 1));
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("link-loads");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Given_two_files_then_the_second_goes_on_where_the_first_ends()
    {
        var loads = LinkLoads.FromTrafficMatrices(
            Line, [Write("0 5 0 0 0 0 0 0 0", "0 6 1 0 0 0 0 0 0"), Write("0 7 0 0 0 0 0 0 0")], minimumMeanLoad: 0, megabitsPerUnit: 1);

        Assert.Equal(["n0>n1", "n1>n2"], loads.Links);
        Assert.Equal(3, loads.Bins);
        var start = new DateTimeOffset(2004, 3, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(
            [
                new LinkLoad("n0>n1", start, 5), new LinkLoad("n1>n2", start, 0),
                new LinkLoad("n0>n1", start.AddMinutes(5), 7), new LinkLoad("n1>n2", start.AddMinutes(5), 1),
                new LinkLoad("n0>n1", start.AddMinutes(10), 7), new LinkLoad("n1>n2", start.AddMinutes(10), 0),
            ],
            loads.Records());
    }

    [Fact]
    public void Given_a_link_with_a_mean_at_the_minimum_then_it_is_left_out()
    {
        string[] files = [Write("0 1.5 0 0 0 1 0 0 0", "0 1.5 0 0 0 1 0 0 0")];

        Assert.Equal(["n0>n1"], LinkLoads.FromTrafficMatrices(Line, files, megabitsPerUnit: 1).Links);
        Assert.Equal(["n0>n1", "n1>n2"], LinkLoads.FromTrafficMatrices(Line, files, 0.99, megabitsPerUnit: 1).Links);
    }

    [Fact]
    public void Given_traffic_after_the_first_week_only_then_it_does_not_bring_a_link_in()
    {
        var week = Write([.. Enumerable.Repeat("0 2 0 0 0 0 0 0 0", LinkLoads.MeanBins)]);
        var later = Write("0 2 0 0 0 1e9 0 0 0");

        Assert.Equal(["n0>n1"], LinkLoads.FromTrafficMatrices(Line, [week, later], megabitsPerUnit: 1).Links);
    }

    [Fact]
    public void Given_no_file_then_there_are_no_bins()
    {
        Assert.Equal(0, LinkLoads.FromTrafficMatrices(Line, []).Bins);
    }

    [Fact]
    public void Given_an_outage_then_measured_demands_go_round_it_for_its_bins()
    {
        var triangle = Graphs.OfCables(3, (0, 1, 1), (1, 2, 1), (2, 0, 1));
        var file = Write([.. Enumerable.Repeat("0 8 0 0 0 0 0 0 0", 4)]);

        var loads = LinkLoads.FromTrafficMatrices(triangle, [file], megabitsPerUnit: 1, outages: [new LinkOutage("n1>n0", 1, 3)]);

        Assert.Equal(["n0>n1", "n2>n1", "n0>n2"], loads.Links);
        Assert.Equal([[8, 0, 0], [0, 8, 8], [0, 8, 8], [8, 0, 0]], Enumerable.Range(0, 4).Select(bin => loads.Bin(bin).ToArray()));
    }

    [Fact]
    public void Given_a_bin_that_is_not_there_then_it_is_refused()
    {
        var loads = LinkLoads.FromTrafficMatrices(Line, [Write("0 5 0 0 0 0 0 0 0")], megabitsPerUnit: 1);

        Assert.Throws<ArgumentOutOfRangeException>(() => loads[1, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => loads.Bin(-1).Length);
    }

    /// <summary>The expected numbers come from an independent implementation in Python.</summary>
    [SharedDataFact("abilene_tm")]
    public void Given_both_Abilene_weeks_then_loads_and_the_error_of_the_last_value_are_the_known_ones()
    {
        var topology = TopologyFile.Read(SharedData.PathOf("abilene_tm", "Abilene.topo.txt"), Topology.AbileneNodes);
        var loads = LinkLoads.FromTrafficMatrices(
            topology, [SharedData.PathOf("abilene_tm", "AbileneTM.txt.gz"), SharedData.PathOf("abilene_tm", "AbileneTM2.txt.gz")]);

        Assert.Equal(4032, loads.Bins);
        Assert.Equal(topology.LinkNames, loads.Links);
        Assert.Equal(539.771, Column(loads, topology.IndexOf("CHINng>IPLSng"), 0, 2016).Average(), 0.001);
        var utilisation = topology.Links.Max(link => Column(loads, link.Index, 0, 4032).Max() * 1000 / link.CapacityKilobits);
        Assert.Equal(0.32089, utilisation, 0.00001);
        foreach (var (horizon, expected) in new[] { (1, 0.024336), (3, 0.034802), (12, 0.044687) })
        {
            var error = topology.Links.Average(link => ErrorOfLastValue(loads, link.Index, horizon));
            output.WriteLine($"horizon {horizon}: mean absolute error of the last value {error:f6}");
            Assert.Equal(expected, error, 0.000001);
        }
    }

    private static double ErrorOfLastValue(LinkLoads loads, int link, int horizon) =>
        Enumerable.Range(2052, 4032 - 2052).Average(bin => Math.Abs(loads[bin, link] - loads[bin - horizon, link]))
        / Column(loads, link, 0, 2016).Max();

    private static IEnumerable<double> Column(LinkLoads loads, int link, int from, int to) =>
        Enumerable.Range(from, to - from).Select(bin => loads[bin, link]);

    private string Write(params string[] rows)
    {
        var path = Path.Combine(_folder.FullName, $"{_folder.GetFiles().Length}.txt");
        File.WriteAllLines(path, rows);
        return path;
    }
}
