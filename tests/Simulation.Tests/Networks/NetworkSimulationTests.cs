using StreamLearn.Simulation.Networks;

namespace StreamLearn.Simulation.Tests.Networks;

public sealed class NetworkSimulationTests
{
    /// <summary>A triangle with 0-1-2 shorter than 0-2; capacities of 1 Mbit/s.</summary>
    private static readonly Topology Triangle = Graphs.OfCables(3, (0, 1, 1), (1, 2, 1), (2, 0, 3));

    [Fact]
    public void Given_a_restoration_delay_then_demands_of_the_cable_are_lost_so_long_and_go_round_it_afterwards()
    {
        // 0 to 1: 8; 0 to 2 (over 1): 2; 2 to 0 (over 1): 1; 1 to 2: 4.
        var demands = new ConstantDemands(0, 8, 2, 0, 0, 4, 1, 0, 0);
        var schedule = new FailureSchedule(Triangle, [new LinkOutage("n1>n0", 1, 5)], restorationDelay: 2);

        var loads = NetworkSimulation.Run(Triangle, demands, 6, schedule);

        double[] calm = [10, 1, 6, 1, 0, 0];
        double[] waiting = [0, 0, 4, 0, 0, 0];
        double[] restored = [0, 0, 4, 8, 1, 10];
        Assert.Equal([calm, waiting, waiting, restored, restored, calm], Enumerable.Range(0, 6).Select(bin => loads.Bin(bin).ToArray()));
        Assert.Equal([0, 11, 11, 0, 0, 0], loads.LostMegabits.ToArray());
    }

    [Fact]
    public void Given_an_outage_shorter_than_the_delay_then_nothing_is_ever_re_routed()
    {
        var schedule = new FailureSchedule(Triangle, [new LinkOutage("n0>n1", 1, 2)], restorationDelay: 2);

        var loads = NetworkSimulation.Run(Triangle, new ConstantDemands(0, 8, 0, 0, 0, 0, 0, 0, 0), 3, schedule);

        Assert.Equal([8, 0, 8], loads.Series(0));
        Assert.Equal([0, 8, 0], loads.LostMegabits.ToArray());
    }

    [Fact]
    public void Given_two_cables_down_at_once_then_what_has_no_path_is_lost()
    {
        var schedule = new FailureSchedule(Triangle, [new LinkOutage("n0>n1", 1, 3), new LinkOutage("n0>n2", 2, 4)], restorationDelay: 1);

        var loads = NetworkSimulation.Run(Triangle, new ConstantDemands(0, 8, 0, 0, 0, 0, 0, 0, 0), 5, schedule);

        // On 0-1; lost; over 2 for no bin, as that cable fails when it would be; on 0-1 again.
        Assert.Equal([8, 0, 0, 8, 8], loads.Series(0));
        Assert.Equal([0, 8, 8, 0, 0], loads.LostMegabits.ToArray());
    }

    [Fact]
    public void Given_a_capacity_limit_then_each_link_carries_at_most_its_capacity_and_the_rest_is_counted()
    {
        var line = Graphs.OfCables(3, (0, 1, 1), (1, 2, 1));

        var demands = new ConstantDemands(0, 0.75, 1.5, 0, 0, 0.25, 0.5, 0, 0);
        var limited = NetworkSimulation.Run(line, demands, 2, capacityLimit: true);
        var free = NetworkSimulation.Run(line, demands, 2);

        Assert.Equal([2.25, 0.5, 1.75, 0.5], free.Bin(1).ToArray());
        Assert.Equal([0, 0], free.CutMegabits.ToArray());
        Assert.Equal([1, 0.5, 1, 0.5], limited.Bin(1).ToArray());
        Assert.Equal([1.25 + 0.75, 1.25 + 0.75], limited.CutMegabits.ToArray());
        Assert.Equal([0, 0], limited.LostMegabits.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Given_a_drawn_schedule_then_loads_sum_to_demand_times_hops_and_the_rest_is_lost(int delay)
    {
        var topology = Topology.European();
        var demands = new CyclicDemands(topology);
        var schedule = FailureSchedule.Draw(topology, seed: 3, count: 4, firstBin: 5, endBin: 60, repairBins: 20, delay);

        var loads = NetworkSimulation.Run(topology, demands, 80, schedule);

        var bin = 0;
        foreach (var matrix in demands.ReadBins().Take(80))
        {
            var routing = schedule.RoutingAt(bin);
            var (carried, lost) = (0.0, 0.0);
            for (var pair = 0; pair < 28 * 28; pair++)
            {
                carried += matrix.Span[pair] * routing.PathOf(pair / 28, pair % 28).Length;
                lost += routing.IsReachable(pair / 28, pair % 28) ? 0 : matrix.Span[pair];
            }

            Assert.Equal(carried, loads.Bin(bin).ToArray().Sum(), 1e-9 * carried);
            Assert.Equal(lost, loads.LostMegabits[bin], 1e-9 * carried);
            bin++;
        }

        Assert.Equal(delay > 0, loads.LostMegabits.ToArray().Any(lost => lost > 0));
    }

    [Fact]
    public void Given_a_repair_then_loads_are_to_the_bit_what_they_would_have_been()
    {
        var topology = Topology.European();
        var demands = new CyclicDemands(topology);
        var schedule = new FailureSchedule(topology, [new LinkOutage("Paris>London", 10, 20)], restorationDelay: 1);

        var loads = NetworkSimulation.Run(topology, demands, 30, schedule);
        var calm = NetworkSimulation.Run(topology, demands, 30);

        int[] same = [.. Enumerable.Range(0, 30).Where(bin => loads.Bin(bin).SequenceEqual(calm.Bin(bin)))];
        Assert.Equal([.. Enumerable.Range(0, 10), .. Enumerable.Range(20, 10)], same);
    }

    [Fact]
    public void Given_a_drawn_schedule_then_it_follows_its_seed_cuts_nobody_off_and_has_different_hours()
    {
        var topology = Topology.AbileneLike();
        var schedule = Draw(topology, 1);

        Assert.Equal(schedule.Outages, Draw(topology, 1).Outages);
        Assert.NotEqual(schedule.Outages, Draw(topology, 2).Outages);
        Assert.All(schedule.Outages, outage => Assert.Equal(0, schedule.RoutingAt(outage.FirstBin).UnreachablePairs));
        Assert.All(schedule.Outages, outage => Assert.Equal(700, outage.EndBin - outage.FirstBin));
        // A part of two days each, an hour of the day out of six each.
        Assert.Equal(Enumerable.Range(0, 6), schedule.Outages.Select(outage => (outage.FirstBin - 1000) / 576));
        Assert.Equal(Enumerable.Range(0, 6), schedule.Outages.Select(outage => outage.FirstBin % 288 / 48).Order());

        static FailureSchedule Draw(Topology topology, ulong seed) =>
            FailureSchedule.Draw(topology, seed, count: 6, firstBin: 1000, endBin: 1000 + 6 * 576, repairBins: 700);
    }

    [Fact]
    public void Given_measured_demands_then_the_simulation_ends_where_they_end()
    {
        var folder = Directory.CreateTempSubdirectory("measured");
        try
        {
            var file = Path.Combine(folder.FullName, "tm.txt");
            File.WriteAllLines(file, ["0 8 0 0 0 0 0 0 0", "0 4 0 0 0 0 0 0 0"]);

            var loads = NetworkSimulation.Run(Triangle, new MeasuredDemands([file, file], 3, megabitsPerUnit: 1), 100);

            Assert.Equal([8, 4, 8, 4], loads.Series(0));
            Assert.Equal([4, 8], loads.Series(0, 1, 2));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Given_a_backbone_then_its_demands_routed_by_hand_are_its_loads()
    {
        var traffic = new BackboneTraffic(new BackboneTrafficOptions { Bins = 40 });

        var loads = NetworkSimulation.Run(traffic.Topology, traffic.Demands, 40, new FailureSchedule(traffic.Topology, traffic.Outages));

        Assert.Equal(traffic.Simulate().Records(), loads.ToLinkLoads().Records());
    }

    [Fact]
    public void Given_a_routing_with_room_then_another_bin_allocates_nothing()
    {
        var topology = Topology.European();
        var loads = new SimulatedLoads(topology, LinkLoads.AbileneStart, capacityLimit: true);
        var schedule = new FailureSchedule(topology, [new LinkOutage("Paris>London", 10, 20)], restorationDelay: 1);
        var demands = new double[28 * 28];
        loads.Append(demands, schedule.RoutingAt(0));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var bin = 1; bin < 100; bin++)
            loads.Append(demands, schedule.RoutingAt(bin));

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Given_what_cannot_be_then_the_error_says_what_was_expected()
    {
        var demands = new ConstantDemands(0, 1, 0, 0, 0, 0, 0, 0, 0);

        Throws("n0>n9", () => new FailureSchedule(Triangle, [new LinkOutage("n0>n9", 1, 2)]));
        Throws("found 2 to before 2", () => new FailureSchedule(Triangle, [new LinkOutage("n0>n1", 2, 2)]));
        Throws("28 nodes, found 3", () => NetworkSimulation.Run(Topology.European(), demands, 1));
        Throws("another network", () => NetworkSimulation.Run(Graphs.OfCables(3, (0, 1, 1)), demands, 1, new FailureSchedule(Triangle, [])));
        Throws("5 bins or more", () => FailureSchedule.Draw(Triangle, 1, count: 5, firstBin: 0, endBin: 4, repairBins: 1));
        Throws("found none for bin", () => FailureSchedule.Draw(Graphs.OfCables(2, (0, 1, 1)), 1, 1, 0, 4, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FailureSchedule(Triangle, [], restorationDelay: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => NetworkSimulation.Run(Triangle, demands, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => NetworkSimulation.Run(Triangle, demands, 2).Series(0, 1, 2));

        static void Throws(string expected, Func<object> action) =>
            Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    [SharedDataFact("topologies_rocketfuel")]
    public void Given_the_Rocketfuel_networks_then_a_failure_on_each_is_routed_round()
    {
        Assert.All(["Ebone", "Sprintlink", "Tiscali"], name =>
        {
            var topology = TopologyFile.Read(SharedData.PathOf("topologies_rocketfuel", name + ".txt"));
            var demands = new CyclicDemands(topology);
            var calm = NetworkSimulation.Run(topology, demands, 10);
            // The most loaded cable among those whose loss cuts nobody off.
            var cable = FailureCases.Survivable(topology, []).MaxBy(link => calm[9, link] + calm[9, topology.ReverseOf(link)]);

            var loads = NetworkSimulation.Run(
                topology, demands, 10, new FailureSchedule(topology, [new LinkOutage(topology.LinkNames[cable], 5, 10)]));

            Assert.True(calm[9, cable] > 0);
            Assert.Equal((0, 0), (loads[9, cable], loads[9, topology.ReverseOf(cable)]));
            Assert.Equal(0, loads.LostMegabits.ToArray().Max());
            Assert.Contains(topology.Links, link => loads[9, link.Index] > calm[9, link.Index]);
            Assert.Equal(calm.Bin(4).ToArray(), loads.Bin(4).ToArray());
        });
    }
}
