using StreamLearn.Simulation.Control.Routing;
using StreamLearn.Simulation.Networks;
using StreamLearn.Simulation.Tests.Networks;

namespace StreamLearn.Simulation.Tests.Control.Routing;

public sealed class LinkRoutingTests
{
    /// <summary>
    /// From n0 to n3 over n1 (weight 400), over n2 (600), or n0-n1-n2-n3 (900). Links of 1 Mbit/s.
    /// </summary>
    private static readonly Topology Diamond = Graphs.OfCables(4, (0, 1, 200), (1, 3, 200), (0, 2, 300), (2, 3, 300), (1, 2, 400));

    private static readonly LinkRoutingOptions OnDiamond = new()
    {
        Topology = Diamond,
        Pairs = [new("n0", "n3")],
        Demands = Between((0, 3, 0.6), (1, 3, 0.2), (2, 0, 0.1)),
        Failures = new FailureSchedule(Diamond, []),
        EpisodeBins = 10,
    };

    [Fact]
    public void Given_the_defaults_then_the_eight_largest_demands_of_abilene_are_split_over_their_three_shortest_paths()
    {
        var world = new LinkRouting(1);

        Assert.Equal((24, 8 + 3 * 24 + 2), (world.ActionSize, world.ObservationSize));
        Assert.Equal(12, world.Topology.Nodes.Count);
        Assert.Equal(8, world.Demands.Select(demand => demand.Key).Distinct().Count());
        Assert.Contains("LOSAng-SNVAng", world.Demands.Select(demand => demand.Key));
        Assert.All(world.Demands, demand => Assert.Equal(demand.Paths.OrderBy(path => path.Weight), demand.Paths));
    }

    [Fact]
    public void Given_an_action_then_shares_are_its_softmax_and_loads_utilisation_and_reward_follow()
    {
        var world = new LinkRouting(1, options: OnDiamond with { Temperature = 0.5 });
        world.Reset();

        var outcome = world.Step([0.5f, 0, -1]);

        var (a, b, c) = (Math.Exp(1), Math.Exp(0), Math.Exp(-2));
        double[] shares = [a / (a + b + c), b / (a + b + c), c / (a + b + c)];
        Assert.Equal(shares, world.Shares.ToArray(), Near);
        Assert.Equal(0.6 * (shares[0] + shares[2]), On("n0>n1"), 1e-9);
        Assert.Equal(0.6 * shares[0] + 0.2, On("n1>n3"), 1e-9);
        Assert.Equal(0.6 * shares[2], On("n1>n2"), 1e-9);
        Assert.Equal(0.6 * (shares[1] + shares[2]), On("n2>n3"), 1e-9);
        Assert.Equal(0.1, On("n2>n0"), 1e-9);
        Assert.Equal(0.6 * shares[0] + 0.2, world.MaxUtilisation, 1e-9);
        Assert.Equal(1 - world.MaxUtilisation, outcome.Reward, 1e-12);
        Assert.Equal(0, world.LostMegabits);

        double On(string link) => world.Utilisations[Diamond.IndexOf(link)];
    }

    [Fact]
    public void Given_a_step_then_the_observation_has_rates_utilisations_what_is_up_shares_and_the_hour()
    {
        // Of bins 0, 1, 2 and so on 0.5, 0.6, 0.7 Mbit/s: 0.6 is the mean of what there is of a day.
        var world = new LinkRouting(1, options: OnDiamond with
        {
            Demands = new GrowingDemands(Diamond.Nodes.Count, pair: 3, 0.5, 0.6, 0.7),
            Failures = new FailureSchedule(Diamond, [new LinkOutage("n2>n3", 2, 3)]),
        });
        var observation = new float[1 + 9 + 2];
        world.Reset();
        world.Observe(observation);
        Assert.Equal([0.5f / 0.6f, 0.5f, 0, 0.5f, 1, 1, 1, 1, 0, 0], observation[..10], NearSingle);
        Assert.Equal(Math.Sin(2 * Math.PI / 288), observation[10], 1e-6);
        Assert.Equal(Math.Cos(2 * Math.PI / 288), observation[11], 1e-6);

        _ = world.Route([1, 3, 0]);

        // The cable of the second and the third path is down in the bin that comes, and this is known.
        world.Observe(observation);
        Assert.Equal([1, 0.15f, 0.45f, 0.45f, 1, 0, 0, 0.25f, 0.75f, 0], observation[..10], (expected, found) => NearSingle(expected, found));
        Assert.Equal(Math.Sin(4 * Math.PI / 288), observation[10], 1e-6);
        Assert.Equal(LinkLoads.AbileneStart + TimeSpan.FromMinutes(10), world.Time);
    }

    [Fact]
    public void Given_a_failure_then_no_share_goes_over_it_whatever_the_action_and_after_the_repair_it_does_again()
    {
        var world = new LinkRouting(1, options: OnDiamond with { Failures = new FailureSchedule(Diamond, [new LinkOutage("n1>n3", 3, 5)]) });
        world.Reset();
        for (var bin = 1; bin < 8; bin++)
        {
            _ = world.Step([1, -1, -1]);
            if (bin is 3 or 4)
            {
                Assert.Equal(0, world.Shares[0]);
                Assert.Equal(0.5, world.Shares[1], 1e-12);
                Assert.Equal(0, world.Utilisations[Diamond.IndexOf("n1>n3")]);
                // The demand of the neighbours goes round as well.
                Assert.Equal(0.2 + 0.3, world.Utilisations[Diamond.IndexOf("n1>n2")], 1e-9);
            }
            else
            {
                Assert.InRange(world.Shares[0], 0.99, 1);
            }

            Assert.Equal(0, world.LostMegabits);
        }
    }

    [Fact]
    public void Given_weights_for_failed_paths_only_then_those_that_are_up_share_equally()
    {
        var world = new LinkRouting(1, options: OnDiamond with { Failures = new FailureSchedule(Diamond, [new LinkOutage("n1>n3", 0, 100)]) });
        world.Reset();

        _ = world.Route([1, 0, 0]);

        Assert.Equal([0, 0.5, 0.5], world.Shares.ToArray());
    }

    [Fact]
    public void Given_all_paths_of_a_demand_down_then_it_is_lost_and_counted()
    {
        var world = new LinkRouting(1, options: OnDiamond with
        {
            Failures = new FailureSchedule(Diamond, [new LinkOutage("n1>n3", 2, 4), new LinkOutage("n2>n3", 3, 4)]),
        });
        world.Reset();
        var lost = new List<double>();
        for (var bin = 1; bin < 6; bin++)
        {
            var outcome = world.Step([0, 0, 0]);
            lost.Add(Math.Round(world.LostMegabits, 9));
            if (bin == 3)
            {
                // 0.6 that is split, 0.2 from n1 to n3.
                Assert.Equal([0.0, 0, 0], world.Shares.ToArray());
                Assert.Equal(0.9, outcome.Reward, 1e-9);
                Assert.Equal(0.1, world.MaxUtilisation, 1e-9);
            }
        }

        Assert.Equal([0, 0, 0.8, 0, 0], lost);
    }

    [Fact]
    public void Given_more_than_links_can_carry_then_utilisation_is_not_cut_and_the_reward_not_below_minus_1()
    {
        var world = new LinkRouting(1, options: OnDiamond with { Demands = Between((0, 3, 5)) });
        world.Reset();

        var outcome = world.Route([1, 0, 0]);

        Assert.Equal((5.0, -1.0), (Math.Round(world.MaxUtilisation, 9), outcome.Reward));
    }

    [Fact]
    public void Given_the_end_of_an_episode_then_the_next_one_goes_on_in_time_where_it_was()
    {
        var (world, whole) = (new LinkRouting(1, options: new() { EpisodeBins = 20 }), new LinkRouting(1, options: new() { EpisodeBins = 60 }));
        var (found, expected) = (new float[world.ObservationSize], new float[world.ObservationSize]);
        var action = new float[world.ActionSize];
        whole.Reset();
        for (var step = 0; step < 60; step++)
        {
            if (step % 20 == 0)
                world.Reset();
            world.Observe(found);
            whole.Observe(expected);
            Assert.Equal(expected, found);
            action[step % action.Length] = 1;
            Assert.Equal(whole.Step(action).Reward, world.Step(action).Reward);
        }
    }

    [Fact]
    public void Given_two_actions_then_the_demands_and_failures_that_come_are_the_same()
    {
        var (one, other) = (new LinkRouting(2), new LinkRouting(2));
        one.Reset();
        other.Reset();
        for (var step = 0; step < 288; step++)
        {
            _ = one.Step(new float[one.ActionSize]);
            _ = other.Route(new double[one.ActionSize]);
            Assert.Equal(one.ComingRates, other.ComingRates);
            Assert.Equal(one.ComingBackground, other.ComingBackground);
            Assert.Equal(one.IsDown, other.IsDown);
        }
    }

    [Fact]
    public void Given_drawn_failures_then_shares_avoid_them_in_every_bin_and_after_the_schedule_they_come_again()
    {
        var world = new LinkRouting(3, options: new() { Outages = 6, OutageBins = 12, ScheduleBins = 144, EpisodeBins = 288 });
        var down = new List<string>();
        world.Reset();
        for (var bin = 1; bin < 288; bin++)
        {
            var failed = world.IsDown.ToArray();
            down.Add(string.Concat(failed.Select(isDown => isDown ? '1' : '0')));
            _ = world.Step(new float[world.ActionSize]);
            for (var link = 0; link < failed.Length; link++)
            {
                if (failed[link])
                    Assert.Equal(0, world.Utilisations[link]);
            }
        }

        Assert.InRange(down.Count(bin => bin.Contains('1')), 80, 180);
        Assert.Equal(down[..143], down[144..]);
    }

    [Fact]
    public void Given_a_policy_that_is_tried_then_nothing_changes_and_it_gives_what_doing_it_gives()
    {
        var (world, twin) = (new LinkRouting(2), new LinkRouting(2));
        var weights = new double[world.ActionSize];
        world.Reset();
        twin.Reset();
        for (var step = 0; step < 50; step++)
        {
            new ShortestPathPolicy().Choose(world, weights);
            _ = world.MaxUtilisationOf(weights);
            new EqualSplitPolicy().Choose(world, weights);
            var tried = world.MaxUtilisationOf(weights);
            Assert.Equal(twin.Route(weights), world.Route(weights));
            Assert.Equal(tried, world.MaxUtilisation);
        }
    }

    [Fact]
    public void Given_the_policies_then_choosing_allocates_nothing()
    {
        var world = new LinkRouting(1);
        IRoutingPolicy[] policies = [new OraclePolicy(world), new ShortestPathPolicy(), new EqualSplitPolicy()];
        Assert.Equal(["oracle", "shortest-path", "equal-split"], policies.Select(policy => policy.Name));
        var weights = new double[world.ActionSize];
        world.Reset();
        Run();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run()
        {
            for (var step = 0; step < 50; step++)
            {
                for (var policy = 0; policy < policies.Length; policy++)
                {
                    policies[policy].Choose(world, weights);
                    _ = world.MaxUtilisationOf(weights);
                }

                _ = world.Route(weights);
            }
        }
    }

    [Fact]
    public void Given_weights_that_are_none_then_it_is_said_which()
    {
        var world = new LinkRouting(1, options: OnDiamond);
        world.Reset();

        Assert.StartsWith(
            "link-routing: weights[1]: expected a finite number from 0 up, found -1.",
            Assert.Throws<ArgumentException>(() => world.Route([1, -1, 0])).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "link-routing: weights[2]: expected a finite number from 0 up, found NaN.",
            Assert.Throws<ArgumentException>(() => world.MaxUtilisationOf([1, 1, double.NaN])).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "link-routing: expected 3 weights, found 2.",
            Assert.Throws<ArgumentException>(() => world.Route([1, 1])).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => new LinkRouting(1, options: OnDiamond).Route([1, 1, 1]));
        Assert.Throws<ArgumentException>(() => new OraclePolicy(world).Choose(new LinkRouting(1, options: OnDiamond), new double[3]));
    }

    public static TheoryData<LinkRoutingOptions, string> WrongOptions => new()
    {
        { new() { DemandCount = 0 }, "DemandCount: expected 1 or more, found 0." },
        { new() { PathsPerDemand = 1 }, "PathsPerDemand: expected 2 or more, found 1." },
        { new() { Temperature = 0.01 }, "Temperature: expected from 0.05 to 10, found 0.01." },
        { new() { Temperature = double.NaN }, "Temperature: expected from 0.05 to 10, found NaN." },
        { new() { EpisodeBins = 0 }, "EpisodeBins: expected 1 or more, found 0." },
        { new() { BusiestUtilisation = 0 }, "BusiestUtilisation: expected above 0, found 0." },
        { new() { Outages = -1 }, "Outages: expected 0 or more, found -1." },
        { new() { OutageBins = 0 }, "OutageBins: expected 1 or more, found 0." },
        { new() { ScheduleBins = 10 }, "ScheduleBins: expected 1 or more, and 56, the outages, or more, found 10." },
        { new() { Pairs = [] }, "Pairs: expected one pair or more, found 0." },
        { new() { Pairs = [new("ATLAng", "CHINng"), new("ATLAng", "CHINng")] }, "Pairs: expected different pairs, found 2." },
        { new() { Pairs = [new("ATLAng", "Paris")] }, "Pairs: expected one of the nodes ATLA-M5, " },
        { new() { DemandCount = 133 }, "DemandCount: expected 133 demands with 3 paths without loops, found 130." },
        { new() { Failures = new FailureSchedule(Topology.European(), []) }, "Failures: expected a schedule for the same network, found one for another." },
        { OnDiamond with { Pairs = [new("n3", "n0")] }, "Pairs: expected demands above 0, found none from n3 to n0." },
        { OnDiamond with { Demands = new GrowingDemands(4, 3) }, "Demands: expected one bin or more, found none." },
    };

    [Theory]
    [MemberData(nameof(WrongOptions), DisableDiscoveryEnumeration = true)]
    public void Given_an_option_out_of_its_range_then_the_message_names_it(LinkRoutingOptions options, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<ArgumentException>(() => new LinkRouting(1, options: options)).Message, StringComparison.Ordinal);

    [Fact]
    public void Given_demands_that_end_then_they_begin_again()
    {
        var world = new LinkRouting(1, options: OnDiamond with { Demands = new GrowingDemands(4, 3, 0.1, 0.2, 0.3) });
        world.Reset();
        var rates = new List<double>();
        for (var bin = 1; bin < 6; bin++)
        {
            rates.Add(world.ComingRates[0]);
            _ = world.Step([0, 0, 0]);
        }

        Assert.Equal([0.2, 0.3, 0.1, 0.2, 0.3], rates);
    }

    private static bool Near(double expected, double found) => Math.Abs(expected - found) < 1e-9;

    private static bool NearSingle(float expected, float found) => Math.Abs(expected - found) < 1e-6f;

    private static ConstantDemands Between(params (int From, int To, double Megabits)[] demands)
    {
        var matrix = new double[16];
        foreach (var (from, to, megabits) in demands)
            matrix[from * 4 + to] = megabits;
        return new ConstantDemands(matrix);
    }

    /// <summary>One demand, another one in each bin, and then an end.</summary>
    private sealed class GrowingDemands(int nodes, int pair, params double[] megabits) : IDemandSource
    {
        public int Nodes => nodes;

        public DateTimeOffset Start => LinkLoads.AbileneStart;

        public IEnumerable<ReadOnlyMemory<double>> ReadBins()
        {
            var matrix = new double[nodes * nodes];
            foreach (var demand in megabits)
            {
                matrix[pair] = demand;
                yield return matrix;
            }
        }
    }
}
