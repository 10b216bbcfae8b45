using StreamLearn.Simulation.Bandits;
using StreamLearn.Simulation.Networks;
using StreamLearn.Simulation.Tests.Networks;

namespace StreamLearn.Simulation.Tests.Bandits;

public sealed class PathChoiceWorldTests
{
    /// <summary>
    /// From n0 to n3 over n1 (weight 400), or over n2 (600), or n0-n1-n2-n3 (900) and n0-n2-n1-n3 (1100). Links of 1 Mbit/s, so flows
    /// below that.
    /// </summary>
    private static readonly Topology Diamond = Graphs.OfCables(4, (0, 1, 200), (1, 3, 200), (0, 2, 300), (2, 3, 300), (1, 2, 400));

    private static readonly PathChoiceOptions OnDiamond = new()
    {
        Topology = Diamond,
        Pairs = [new("n0", "n3")],
        PathsPerPair = 3,
        Demands = Between((0, 1, 0.3), (2, 3, 0.6)),
        FlowMegabits = (0.001, 0.01, 0.2),
        MeasurementDeviation = 0,
        Outages = [],
    };

    [Fact]
    public void Given_the_defaults_then_four_pairs_choose_among_the_five_shortest_paths()
    {
        var world = new PathChoiceWorld(1);

        Assert.Equal(["Amsterdam-Rome", "London-Vienna", "Madrid-Berlin", "Paris-Warsaw"], world.Menus.Select(menu => menu.Key));
        Assert.All(world.Menus, menu => Assert.Equal(5, menu.Paths.Count));
        Assert.Equal("Amsterdam>Brussels>Frankfurt>Strasbourg>Zurich>Milan>Rome", world.Menus[0].Paths[0].Name);
        Assert.Equal(191 + 301 + 203 + 142 + 224 + 490, world.Menus[0].Paths[0].Weight);
        Assert.All(world.Menus, menu => Assert.Equal(menu.Paths.OrderBy(path => path.Weight), menu.Paths));
        Assert.Equal(
            [
                "hour-sine", "hour-cosine", "rate", "interactive",
                "utilisation-1", "utilisation-2", "utilisation-3", "utilisation-4", "utilisation-5",
            ],
            world.FeatureNames);
    }

    [Fact]
    public void Given_the_same_seed_then_every_flow_has_the_same_bits_whatever_is_asked_and_another_seed_gives_others()
    {
        // Long enough for a failure and a repair.
        var options = new PathChoiceOptions { Outages = [new(300, 200), new(700, 100)] };

        var first = Bits(new PathChoiceWorld(5, options), asked: 0);

        Assert.Equal(first, Bits(new PathChoiceWorld(5, options), asked: 3));
        Assert.NotEqual(first, Bits(new PathChoiceWorld(6, options), asked: 0));

        static List<long> Bits(PathChoiceWorld world, int asked)
        {
            var bits = new List<long>();
            for (var step = 0; step < 1000; step++)
            {
                var flow = world.Next();
                for (var again = 0; again < asked; again++)
                    _ = flow.Cost(again);
                bits.AddRange([flow.Step, flow.Time, flow.Pair, world.FailedLink?.Length ?? 0]);
                foreach (var feature in flow.Context)
                    bits.Add(BitConverter.SingleToInt32Bits(feature));
                for (var path = 0; path < world.PathsPerPair; path++)
                {
                    bits.Add(BitConverter.DoubleToInt64Bits(flow.ExpectedCosts[path]));
                    bits.Add(BitConverter.DoubleToInt64Bits(flow.Cost(path)));
                }
            }

            return bits;
        }
    }

    [Fact]
    public void Given_many_flows_then_what_they_cost_is_on_average_what_was_expected_and_never_outside_0_to_1()
    {
        var world = new PathChoiceWorld(2);
        var (expected, realised, squares) = (0.0, 0.0, 0.0);
        const int Steps = 20_000;
        for (var step = 0; step < Steps; step++)
        {
            var flow = world.Next();
            var path = step % world.PathsPerPair;
            Assert.InRange(flow.Cost(path), 0, 1);
            Assert.InRange(flow.ExpectedCosts[path], 0, 1);
            Assert.Equal(flow.Latency(path) / 100, flow.Cost(path));
            Assert.Equal(flow.ExpectedCosts.ToArray().Min(), flow.ExpectedCosts[flow.BestPath]);
            expected += flow.ExpectedCosts[path];
            realised += flow.Cost(path);
            squares += Math.Pow(flow.Cost(path) - flow.ExpectedCosts[path], 2);
        }

        Assert.Equal(expected, realised, 4 * Math.Sqrt(squares));
        Assert.InRange(Math.Sqrt(squares / Steps), 0.03, 0.3);
    }

    [Fact]
    public void Given_flows_then_the_context_says_hour_rate_and_class_and_time_goes_on()
    {
        var world = new PathChoiceWorld(3);
        var (before, interactive) = (LinkLoads.AbileneStart.ToUnixTimeMilliseconds(), 0);
        const int Steps = 10_000;
        for (var step = 0L; step < Steps; step++)
        {
            var flow = world.Next();
            Assert.Equal(step, flow.Step);
            Assert.InRange(flow.Time, before, long.MaxValue);
            before = flow.Time;
            var day = DateTimeOffset.FromUnixTimeMilliseconds(flow.Time).TimeOfDay.TotalDays;
            Assert.Equal(Math.Sin(2 * Math.PI * day), flow.Context[0], 1e-5);
            Assert.Equal(Math.Cos(2 * Math.PI * day), flow.Context[1], 1e-5);
            Assert.Equal(Math.Log(flow.Megabits) / Math.Log(2000), flow.Context[2], 1e-6);
            Assert.InRange(flow.Megabits, flow.IsInteractive ? 1 : 50, flow.IsInteractive ? 50 : 2000);
            Assert.Equal(flow.IsInteractive ? 1 : 0, flow.Context[3]);
            Assert.All(flow.Context[4..].ToArray(), utilisation => Assert.InRange(utilisation, 0, 1));
            interactive += flow.IsInteractive ? 1 : 0;
        }

        Assert.Equal(0.5, interactive / (double)Steps, 0.02);
        Assert.Equal(60_000.0 * Steps, before - LinkLoads.AbileneStart.ToUnixTimeMilliseconds(), 0.05 * 60_000 * Steps);
    }

    [Fact]
    public void Given_constant_demands_then_the_expected_costs_are_those_of_the_formula()
    {
        var world = new PathChoiceWorld(4, OnDiamond);
        double[][] megabits = [[0.3, 0], [0, 0.6], [0.3, 0, 0.6]];
        for (var step = 0; step < 200; step++)
        {
            var flow = world.Next();
            var rate = flow.Megabits;
            foreach (var (path, propagation) in new[] { (0, 2.0), (1, 3.0), (2, 4.5) })
            {
                var wait = megabits[path].Sum(load => 2 * Math.Min(load + rate, 0.96) / (1 - Math.Min(load + rate, 0.96)));
                var latency = new PathLatency(propagation, flow.IsInteractive ? wait / 2 : wait);
                Assert.Equal(latency.Expected(100) / 100, flow.ExpectedCosts[path], 1e-12);
                Assert.Equal(megabits[path].Max(), flow.Context[4 + path], 1e-6);
            }
        }
    }

    [Fact]
    public void Given_a_link_above_its_capacity_then_the_wait_is_that_of_a_full_buffer()
    {
        var world = new PathChoiceWorld(4, OnDiamond with { Demands = Between((2, 3, 7)) });

        var flow = world.Next();

        var wait = 2 * (0.96 / 0.04) + 2 * (flow.Megabits / (1 - flow.Megabits));
        var latency = new PathLatency(3, flow.IsInteractive ? wait / 2 : wait);
        Assert.Equal(latency.Expected(100) / 100, flow.ExpectedCosts[1], 1e-12);
        Assert.Equal(1, flow.Context[5]);
    }

    [Fact]
    public void Given_a_failed_cable_then_paths_over_it_go_round_with_a_penalty_and_nothing_is_measured_on_it()
    {
        // The neighbours' traffic goes round too: n0>n2>n1 (700) instead of n0>n1.
        var world = new PathChoiceWorld(4, OnDiamond with { Outages = [new(0, 50, "n1>n0"), new(50, 1, "n2>n1")] });
        for (var step = 0; step < 50; step++)
        {
            var flow = world.Next();
            Assert.Equal("n0>n1", world.FailedLink);
            // n0>n2, n2>n1, n1>n3 and n0>n2, n2>n3 and n0>n2, n2>n1, n1>n2, n2>n3.
            CheckCost(flow, 0, 900 * 0.005 + 10, 0.3, 0.3, 0);
            CheckCost(flow, 1, 3, 0.3, 0.6);
            CheckCost(flow, 2, (700 + 400 + 300) * 0.005 + 10, 0.3, 0.3, 0, 0.6);
            Assert.Equal([0, 0.6f, 0.6f], flow.Context[4..].ToArray());
        }

        CheckCost(world.Next(), 0, 2, 0.3, 0);
        Assert.Equal("n1>n2", world.FailedLink);
        CheckCost(world.Next(), 2, 4.5, 0.3, 0, 0.6);
        Assert.Null(world.FailedLink);

        static void CheckCost(PathFlow flow, int path, double fixedTime, params double[] megabits)
        {
            var wait = megabits.Sum(load => 2 * (load + flow.Megabits) / (1 - load - flow.Megabits)) * (flow.IsInteractive ? 0.5 : 1);
            Assert.Equal(new PathLatency(fixedTime, wait).Expected(100) / 100, flow.ExpectedCosts[path], 1e-12);
        }
    }

    [Fact]
    public void Given_a_failed_cable_without_a_way_round_then_its_paths_time_out()
    {
        var bridge = Graphs.OfCables(4, (0, 1, 1), (0, 2, 1), (1, 2, 2), (2, 3, 1));
        var options = OnDiamond with { Topology = bridge, PathsPerPair = 2, Outages = [new(1, 1, "n2>n3")] };
        var world = new PathChoiceWorld(1, options);

        Assert.True(world.Next().ExpectedCosts[0] < 1);
        var down = world.Next();
        Assert.Equal([1, 1], down.ExpectedCosts.ToArray());
        Assert.Equal(1, down.Cost(0));
        Assert.Equal(0, down.BestPath);
        Assert.True(world.Next().ExpectedCosts[0] < 1);
    }

    [Fact]
    public void Given_an_outage_that_names_no_link_then_a_cable_fails_that_best_paths_cross_and_each_time_another()
    {
        var world = new PathChoiceWorld(1, new PathChoiceOptions { Outages = [new(500, 10), new(1000, 10), new(1500, 10)] });
        var failed = new List<string>();
        var costs = new double[world.Menus.Count, world.PathsPerPair];
        for (var step = 0; step < 1600; step++)
        {
            var flow = world.Next();
            Assert.Equal(step is >= 500 and < 510 or >= 1000 and < 1010 or >= 1500 and < 1510, world.FailedLink is not null);
            if (step < 500)
            {
                for (var path = 0; path < world.PathsPerPair; path++)
                    costs[flow.Pair, path] += flow.ExpectedCosts[path];
            }

            if (world.FailedLink is { } link && !failed.Contains(link))
                failed.Add(link);
        }

        Assert.Equal(3, failed.Count);
        var uses = world.Topology.Links.Select(link => world.Menus.Where((menu, pair) => BestOf(menu, pair).Contains(link.Index)).Count());
        Assert.Equal(uses.Max(), uses.ElementAt(world.Topology.IndexOf(failed[0])));

        int[] BestOf(PathMenu menu, int pair) =>
            [.. menu.Paths[Enumerable.Range(0, world.PathsPerPair).MinBy(path => costs[pair, path])].Links];
    }

    [Fact]
    public void Given_a_delay_then_the_context_has_the_utilisation_of_that_many_bins_ago()
    {
        var options = OnDiamond with { Demands = new Staircase(Diamond, (0, 1)), MeanGapSeconds = 40 };
        foreach (var delay in new[] { 0, 1, 3 })
        {
            var world = new PathChoiceWorld(1, options with { MeasurementDelay = delay });
            for (var step = 0; step < 500; step++)
            {
                var flow = world.Next();
                var bin = (flow.Time - LinkLoads.AbileneStart.ToUnixTimeMilliseconds()) / 300_000;
                // Ten bins, then again; the first measurement stands in for those before.
                Assert.Equal(0.01 * (Math.Max(bin - delay, 0) % 10), flow.Context[4], 1e-6);
            }
        }
    }

    [Fact]
    public void Given_errors_of_measurement_then_they_have_the_deviation_of_the_options_and_are_the_same_within_a_bin()
    {
        var world = new PathChoiceWorld(1, OnDiamond with { MeasurementDeviation = 0.05, MeanGapSeconds = 600 });
        var errors = new List<double>();
        for (var step = 0; step < 5000; step++)
            errors.Add(world.Next().Context[5] - 0.6);

        Assert.Equal(0, errors.Average(), 0.005);
        Assert.Equal(0.05, Math.Sqrt(errors.Average(error => error * error)), 0.003);
        var often = new PathChoiceWorld(1, OnDiamond with { MeasurementDeviation = 0.05, MeanGapSeconds = 0.001 });
        Assert.Equal(often.Next().Context[5], often.Next().Context[5]);
    }

    [Fact]
    public void Given_a_running_world_then_a_step_allocates_nothing()
    {
        var world = new PathChoiceWorld(1, new PathChoiceOptions { Outages = [new(100, 100)] });
        while (world.Next().Step < 300)
        {
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 2000; step++)
        {
            var flow = world.Next();
            _ = flow.Cost(flow.BestPath) + flow.ExpectedCosts[0] + flow.Context[0] + flow.Menu.Key.Length;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Given_the_abilene_network_then_the_world_runs_there_too()
    {
        var world = new PathChoiceWorld(1, new PathChoiceOptions
        {
            Topology = Topology.BuiltIn("abilene"),
            Pairs = [new("STTLng", "ATLAng"), new("LOSAng", "NYCMng")],
            PathsPerPair = 4,
            Outages = [new(100, 100)],
        });
        for (var step = 0; step < 300; step++)
            Assert.All(world.Next().ExpectedCosts.ToArray(), cost => Assert.InRange(cost, 0, 1));
    }

    [Fact]
    public void Given_options_out_of_range_then_the_error_names_the_option()
    {
        var defaults = new PathChoiceOptions();
        (PathChoiceOptions Options, string Message)[] wrong =
        [
            (defaults with { Pairs = [] }, "Pairs: expected one pair or more, found 0."),
            (defaults with { Pairs = [new("Paris", "Rome"), new("Paris", "Rome")] }, "Pairs: expected different pairs"),
            (defaults with { Pairs = [new("Paris", "Lyons")] }, "found \"Lyons\""),
            (defaults with { Pairs = [new("Paris", "Paris")] }, "found Paris twice"),
            (defaults with { PathsPerPair = 1 }, "PathsPerPair: expected 2 or more, found 1"),
            (OnDiamond with { PathsPerPair = 5 }, "Pairs: expected 5 paths without loops from n0 to n3, found 4."),
            (defaults with { MeanGapSeconds = 0 }, "MeanGapSeconds"),
            (defaults with { InteractiveShare = 1.1 }, "InteractiveShare"),
            (defaults with { FlowMegabits = (0, 1, 2) }, "FlowMegabits"),
            (defaults with { FlowMegabits = (2, 1, 3) }, "FlowMegabits"),
            (defaults with { FlowMegabits = (1, 1, 1) }, "FlowMegabits"),
            (defaults with { FlowMegabits = (1, 2, double.PositiveInfinity) }, "FlowMegabits"),
            (defaults with { MeasurementDelay = -1 }, "MeasurementDelay"),
            (defaults with { MeasurementDeviation = double.NaN }, "MeasurementDeviation"),
            (defaults with { Latency = new() { MillisecondsPerWeight = 0 } }, "MillisecondsPerWeight"),
            (defaults with { Latency = new() { WaitMilliseconds = -1 } }, "WaitMilliseconds"),
            (defaults with { Latency = new() { FullUtilisation = 1 } }, "FullUtilisation"),
            (defaults with { Latency = new() { InteractiveShare = 2 } }, "InteractiveShare"),
            (defaults with { Latency = new() { RepairMilliseconds = double.NaN } }, "RepairMilliseconds"),
            (defaults with { Latency = new() { CapMilliseconds = 0 } }, "CapMilliseconds"),
            (defaults with { Outages = [new(10, 10), new(19, 1)] }, "Outages: expected steps from 20 up"),
            (defaults with { Outages = [new(10, 0)] }, "Outages"),
            (defaults with { Outages = [new(-1, 5)] }, "Outages"),
            (defaults with { Outages = [new(0, 5, "Paris>Rome")] }, "Paris>Rome"),
            (defaults with { Demands = new ConstantDemands(0, 1, 1, 0) }, "Expected demands between 28 nodes, found 2."),
        ];

        Assert.All(wrong, row =>
        {
            var error = Assert.ThrowsAny<ArgumentException>(() => new PathChoiceWorld(1, row.Options));
            Assert.Contains(row.Message, error.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Given_a_line_then_no_cable_may_be_chosen_to_fail_and_demands_of_no_bin_are_an_error()
    {
        var oneWay = new Topology(["a", "b", "c"], [new(0, 0, 1, 1, 1000), new(1, 0, 2, 1, 1000), new(2, 2, 1, 1, 1000)]);
        var options = OnDiamond with { Topology = oneWay, Pairs = [new("a", "b")], PathsPerPair = 2, Demands = null };
        var line = Graphs.OfCables(2, (0, 1, 1));

        Assert.NotNull(new PathChoiceWorld(1, options with { Outages = [new(0, 1, "a>b")] }).Next());
        Assert.Throws<ArgumentException>(
            () => new PathChoiceWorld(1, options with { Topology = line, Pairs = [new("n0", "n1")] }));
        var empty = OnDiamond with { Demands = new Staircase(Diamond, (0, 1), bins: 0) };
        Assert.Throws<ArgumentException>(() => new PathChoiceWorld(1, empty).Next());
    }

    private static ConstantDemands Between(params (int Source, int Destination, double Megabits)[] demands)
    {
        var megabits = new double[16];
        foreach (var (source, destination, demand) in demands)
            megabits[source * 4 + destination] = demand;
        return new ConstantDemands(megabits);
    }

    /// <summary>A demand that grows by a hundredth of a Mbit/s with each bin, from 0 on, and then ends.</summary>
    private sealed class Staircase(Topology topology, (int Source, int Destination) pair, int bins = 10) : IDemandSource
    {
        public int Nodes => topology.Nodes.Count;

        public DateTimeOffset Start => LinkLoads.AbileneStart;

        public IEnumerable<ReadOnlyMemory<double>> ReadBins()
        {
            var demands = new double[Nodes * Nodes];
            for (var bin = 0; bin < bins; bin++)
            {
                demands[pair.Source * Nodes + pair.Destination] = 0.01 * bin;
                yield return demands;
            }
        }
    }
}
