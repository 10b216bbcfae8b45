using StreamLearn.Simulation.Bandits;
using Xunit.Abstractions;

namespace StreamLearn.Simulation.Tests.Bandits;

/// <summary>That it pays to look at the context, and that a failure hurts who does not.</summary>
public sealed class PathPolicyTests(ITestOutputHelper output)
{
    private const int Steps = 20_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Given_the_defaults_then_uniform_is_worse_than_the_best_fixed_and_that_worse_than_context_and_that_than_the_best_dynamic(
        ulong seed)
    {
        var total = Play(new PathChoiceWorld(seed), looks: true);
        var blind = Play(new PathChoiceWorld(seed), looks: false);
        Report(seed, total, blind);

        Assert.True(total.BestFixedCost < 0.92 * total.UniformCost);
        Assert.True(total.BestDynamicCost < 0.8 * total.BestFixedCost);
        Assert.True(total.Cost < 0.9 * total.BestFixedCost);
        Assert.True(total.Cost < 0.9 * blind.Cost);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Given_no_failure_then_context_pays_too(ulong seed)
    {
        var calm = new PathChoiceOptions { Outages = [] };
        var total = Play(new PathChoiceWorld(seed, calm), looks: true);
        var blind = Play(new PathChoiceWorld(seed, calm), looks: false);
        Report(seed, total, blind);

        Assert.True(total.BestFixedCost < 0.95 * total.UniformCost);
        Assert.True(total.BestDynamicCost < 0.9 * total.BestFixedCost);
        Assert.True(total.Cost < 0.96 * total.BestFixedCost);
        Assert.True(total.Cost < 0.93 * blind.Cost);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Given_a_failure_then_the_best_fixed_path_of_before_gets_clearly_worse_and_recovers_with_the_repair(ulong seed)
    {
        var world = new PathChoiceWorld(seed);
        foreach (var outage in new PathChoiceOptions().Outages)
        {
            while (world.Next().Step < outage.FirstStep - 2001)
            {
            }

            var before = MeanCosts(world, 2000);
            Assert.Null(world.FailedLink);
            var during = MeanCosts(world, outage.Steps);
            var failed = Assert.IsType<string>(world.FailedLink);
            var after = MeanCosts(world, 2000);
            Assert.Null(world.FailedLink);

            var cable = world.Topology.CableOf(world.Topology.IndexOf(failed));
            var hit = 0;
            for (var pair = 0; pair < world.Menus.Count; pair++)
            {
                var best = Array.IndexOf(before[pair], before[pair].Min());
                if (!world.Menus[pair].Paths[best].Links.ToArray().Any(link => world.Topology.CableOf(link) == cable))
                    continue;
                hit++;
                output.WriteLine(
                    $"{failed}, {world.Menus[pair].Paths[best].Name}: {before[pair][best]:f3}, {during[pair][best]:f3} while it is down "
                    + $"(best {during[pair].Min():f3}), then {after[pair][best]:f3}");
                Assert.True(during[pair][best] > 1.3 * before[pair][best]);
                Assert.True(after[pair][best] < 0.75 * during[pair][best]);
            }

            Assert.InRange(hit, 1, world.Menus.Count);
        }
    }

    private void Report(ulong seed, RegretTotals total, RegretTotals blind) => output.WriteLine(
        $"seed {seed}, mean cost: uniform {total.UniformCost / total.Steps:f4}, best fixed {total.BestFixedCost / total.Steps:f4}, "
        + $"without context {blind.Cost / blind.Steps:f4}, linear {total.Cost / total.Steps:f4}, "
        + $"best dynamic {total.BestDynamicCost / total.Steps:f4}");

    private static RegretTotals Play(PathChoiceWorld world, bool looks)
    {
        var policy = new LinearPolicy(world, explore: 0.05, memory: 0.998, looks);
        var regret = new RegretTracker(world.Menus.Count, world.PathsPerPair);
        for (var step = 0; step < Steps; step++)
        {
            var flow = world.Next();
            var path = policy.Choose(flow);
            policy.Learn(flow, path, flow.Cost(path));
            regret.Add(flow.Pair, path, flow.ExpectedCosts);
        }

        return regret.Total;
    }

    /// <summary>By pair and path.</summary>
    private static double[][] MeanCosts(PathChoiceWorld world, long steps)
    {
        var sums = world.Menus.Select(_ => new double[world.PathsPerPair]).ToArray();
        var flows = new int[sums.Length];
        for (var step = 0L; step < steps; step++)
        {
            var flow = world.Next();
            flows[flow.Pair]++;
            for (var path = 0; path < world.PathsPerPair; path++)
                sums[flow.Pair][path] += flow.ExpectedCosts[path];
        }

        return [.. sums.Select((costs, pair) => costs.Select(cost => cost / flows[pair]).ToArray())];
    }
}
