using StreamLearn.Simulation.Networks;
using Xunit.Abstractions;

namespace StreamLearn.Simulation.Tests.Networks;

public sealed class BackboneTrafficTests(ITestOutputHelper output)
{
    private static readonly BackboneTrafficOptions Undisturbed = new() { Failures = [] };

    [Fact]
    public void Given_the_same_seed_then_every_load_has_the_same_bits()
    {
        var options = new BackboneTrafficOptions { Seed = 7, Bins = 600 };
        var traffic = new BackboneTraffic(options);

        Assert.Equal(Bits(traffic.Simulate()), Bits(new BackboneTraffic(options).Simulate()));
        Assert.Equal(Bits(traffic.Simulate()), Bits(traffic.Simulate()));
        Assert.NotEqual(Bits(traffic.Simulate()), Bits(new BackboneTraffic(options with { Seed = 8 }).Simulate()));
    }

    [Fact]
    public void Given_more_bins_then_the_first_ones_do_not_change()
    {
        var few = new BackboneTraffic(Undisturbed with { Bins = 50 }).Simulate();
        var many = new BackboneTraffic(Undisturbed with { Bins = 100 }).Simulate();

        Assert.Equal(Bits(few), Bits(many)[..(50 * few.Links.Count)]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Given_the_defaults_then_loads_are_those_of_a_backbone(ulong seed)
    {
        var loads = new BackboneTraffic(Undisturbed with { Seed = seed }).Simulate();
        var links = Enumerable.Range(0, loads.Links.Count).ToArray();
        var means = links.Select(link => Column(loads, link).Average()).ToArray();
        var changes = links.Select(link => MeanChange(Column(loads, link))).ToArray();
        var amplitudes = links.Select(link => DailyAmplitude(Column(loads, link))).ToArray();
        output.WriteLine($"links {links.Length}, means {means.Min():f0} to {means.Max():f0} Mbit/s, "
            + $"loads {links.Min(link => Column(loads, link).Min()):f1} to {links.Max(link => Column(loads, link).Max()):f0}");
        output.WriteLine($"mean change to the next bin {changes.Min():p1} to {changes.Max():p1}, median {Median(changes):p1}; "
            + $"daily amplitude {amplitudes.Min():p0} to {amplitudes.Max():p0}, median {Median(amplitudes):p0}");

        Assert.Equal(30, loads.Links.Count);
        Assert.All(loads.Records(), load => Assert.InRange(load.Megabits, 5, 5000));
        Assert.InRange(Median(changes), 0.01, 0.05);
        Assert.InRange(Median(amplitudes), 0.3, 0.5);
    }

    [Fact]
    public void Given_a_weekend_then_its_traffic_is_lower_by_the_dip()
    {
        var loads = new BackboneTraffic(Undisturbed with { NoiseDeviation = 0, BurstsPerDay = 0 }).Simulate();

        var wednesday = Total(loads, 2 * 288, 288);
        var weekend = Total(loads, 5 * 288 + 144, 288);

        Assert.Equal(1 - 0.3, weekend / wednesday, 0.01);
    }

    [Fact]
    public void Given_the_default_failure_then_the_most_loaded_cable_is_down_from_half_way_on_and_others_carry_its_traffic()
    {
        var traffic = new BackboneTraffic(new BackboneTrafficOptions());
        var calm = new BackboneTraffic(Undisturbed).Simulate();

        var loads = traffic.Simulate();

        var outage = Assert.Single(traffic.Outages);
        output.WriteLine($"{outage}");
        Assert.Equal((1008, 2016), (outage.FirstBin, outage.EndBin));
        var failed = traffic.Topology.IndexOf(outage.Link);
        int[] cable = [failed, traffic.Topology.ReverseOf(failed)];
        Assert.Equal(traffic.Topology.LinkNames, loads.Links);
        Assert.Equal(cable.Order(), HeaviestCable(traffic.Topology, calm).Order());
        Assert.All(cable, link => Assert.Equal(0, Column(loads, link)[1008..].Max()));
        Assert.Equal(Bits(calm)[..(1008 * 30)], Bits(loads)[..(1008 * 30)]);
        Assert.Contains(Enumerable.Range(0, 30), link => loads[1008, link] > 1.2 * calm[1008, link]);
    }

    [Fact]
    public void Given_a_failure_of_some_bins_then_its_link_carries_nothing_in_these_only()
    {
        var failure = new LinkFailure("ATLAng>HSTNng", FirstBin: 10, Bins: 5);
        var traffic = new BackboneTraffic(new BackboneTrafficOptions { Bins = 30, Failures = [failure] });

        var loads = Column(traffic.Simulate(), traffic.Topology.IndexOf("ATLAng>HSTNng"));

        Assert.Equal([new LinkOutage("ATLAng>HSTNng", 10, 15)], traffic.Outages);
        Assert.Equal(Enumerable.Range(10, 5), Enumerable.Range(0, 30).Where(bin => loads[bin] == 0));
    }

    [Fact]
    public void Given_two_failures_that_overlap_then_each_cable_is_down_in_its_own_bins()
    {
        LinkFailure[] failures = [new("ATLAng>HSTNng", 2, 4), new("NYCMng>WASHng", 4)];
        var traffic = new BackboneTraffic(new BackboneTrafficOptions { Bins = 10, Failures = failures });

        var loads = traffic.Simulate();

        Assert.Equal([2, 3, 4, 5], BinsWithout(loads, "HSTNng>ATLAng"));
        Assert.Equal([4, 5, 6, 7, 8, 9], BinsWithout(loads, "NYCMng>WASHng"));
    }

    [Fact]
    public void Given_a_network_whose_busiest_cable_is_a_bridge_then_another_one_fails()
    {
        // The triangle hangs on n3 by one cable, over which the big site is reached.
        var topology = Graphs.OfCables(4, (0, 1, 1), (1, 2, 1), (2, 0, 1), (2, 3, 1));
        TrafficSite[] sites = [new(1, TimeSpan.Zero), new(1, TimeSpan.Zero), new(1, TimeSpan.Zero), new(50, TimeSpan.Zero)];

        var traffic = new BackboneTraffic(new BackboneTrafficOptions { Topology = topology, Sites = sites });

        Assert.DoesNotContain("n3", Assert.Single(traffic.Outages).Link, StringComparison.Ordinal);
    }

    [SharedDataFact("topologies_rocketfuel")]
    public void Given_a_large_network_without_sites_then_they_are_drawn_from_the_seed()
    {
        var topology = TopologyFile.Read(SharedData.PathOf("topologies_rocketfuel", "Tiscali.txt"));
        var options = new BackboneTrafficOptions { Topology = topology, Bins = 20 };

        Assert.Equal(Bits(new BackboneTraffic(options).Simulate()), Bits(new BackboneTraffic(options).Simulate()));
    }

    [Fact]
    public void Given_options_out_of_range_then_the_error_names_the_option()
    {
        (BackboneTrafficOptions Options, string Name)[] wrong =
        [
            (new() { Bins = 0 }, "Bins"),
            (new() { TotalMegabits = double.NaN }, "TotalMegabits"),
            (new() { DailyAmplitude = 1.1 }, "DailyAmplitude"),
            (new() { WeekendDip = -0.1 }, "WeekendDip"),
            (new() { NoiseDeviation = -1 }, "NoiseDeviation"),
            (new() { NoiseMemory = 1 }, "NoiseMemory"),
            (new() { BurstsPerDay = 1000 }, "BurstsPerDay"),
            (new() { BurstHeight = double.PositiveInfinity }, "BurstHeight"),
            (new() { Topology = new Topology(["a", "b"], []) }, "Topology"),
            (new() { Sites = [new(1, TimeSpan.Zero)] }, "Sites"),
            (new() { Failures = [new("nowhere")] }, "nowhere"),
            (new() { Failures = [new(FirstBin: 2016)] }, "2016"),
            (new() { Failures = [new(Bins: 0)] }, "at least one bin"),
        ];

        Assert.All(wrong, row =>
        {
            var error = Assert.Throws<ArgumentException>(() => new BackboneTraffic(row.Options));
            Assert.Contains(row.Name, error.Message, StringComparison.Ordinal);
        });
    }

    private static long[] Bits(LinkLoads loads) => [.. loads.Records().Select(load => BitConverter.DoubleToInt64Bits(load.Megabits))];

    private static double[] Column(LinkLoads loads, int link) => [.. Enumerable.Range(0, loads.Bins).Select(bin => loads[bin, link])];

    private static double Total(LinkLoads loads, int firstBin, int bins) =>
        loads.Records().Skip(firstBin * loads.Links.Count).Take(bins * loads.Links.Count).Sum(load => load.Megabits);

    private static IEnumerable<int> BinsWithout(LinkLoads loads, string link) =>
        Enumerable.Range(0, loads.Bins).Where(bin => loads[bin, loads.Links.ToList().IndexOf(link)] == 0);

    private static int[] HeaviestCable(Topology topology, LinkLoads loads)
    {
        var means = Enumerable.Range(0, loads.Links.Count).Select(link => Column(loads, link).Average()).ToArray();
        var heaviest = topology.Links.MaxBy(link => means[link.Index] + means[topology.ReverseOf(link.Index)]).Index;
        return [heaviest, topology.ReverseOf(heaviest)];
    }

    private static double MeanChange(double[] loads) => loads.Zip(loads[1..], (now, next) => Math.Abs(next / now - 1)).Average();

    /// <summary>The first harmonic of 24 hours as a fraction of the mean, from Tuesday to Friday.</summary>
    private static double DailyAmplitude(double[] loads)
    {
        var days = loads[288..(5 * 288)];
        var cosine = days.Select((load, bin) => load * Math.Cos(2 * Math.PI * bin / 288)).Average();
        var sine = days.Select((load, bin) => load * Math.Sin(2 * Math.PI * bin / 288)).Average();
        return 2 * Math.Sqrt(cosine * cosine + sine * sine) / days.Average();
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
