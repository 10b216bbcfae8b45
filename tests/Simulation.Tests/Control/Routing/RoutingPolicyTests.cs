using StreamLearn.Simulation.Control.Routing;
using StreamLearn.Simulation.Networks;
using Xunit.Abstractions;

namespace StreamLearn.Simulation.Tests.Control.Routing;

/// <summary>That there is something to learn: how far the baselines are from the best there is.</summary>
public sealed class RoutingPolicyTests(ITestOutputHelper output)
{
    private const int Bins = 2016;

    [Theory]
    [InlineData("abilene", 1, 0.9)]
    [InlineData("abilene", 2, 0.9)]
    [InlineData("abilene", 3, 0.9)]
    [InlineData("european", 1, 0.95)]
    public void Given_a_week_then_the_oracle_is_best_in_every_bin_and_the_baselines_leave_something_to_gain(string network, ulong seed, double gain)
    {
        var world = new LinkRouting(seed, options: new LinkRoutingOptions { Topology = Topology.BuiltIn(network), EpisodeBins = Bins });
        IRoutingPolicy[] policies = [new OraclePolicy(world), new ShortestPathPolicy(), new EqualSplitPolicy()];
        var weights = policies.Select(_ => new double[world.ActionSize]).ToArray();
        var sums = new double[policies.Length];
        var failed = new double[policies.Length];
        var highest = new double[policies.Length];
        var bound = 0.0;
        var lost = 0.0;
        var failedBins = 0;
        world.Reset();
        for (var bin = 0; bin < Bins; bin++)
        {
            var utilisations = new double[policies.Length];
            for (var policy = 0; policy < policies.Length; policy++)
            {
                policies[policy].Choose(world, weights[policy]);
                utilisations[policy] = world.MaxUtilisationOf(weights[policy]);
                sums[policy] += utilisations[policy];
                highest[policy] = Math.Max(highest[policy], utilisations[policy]);
                if (world.IsDown.Contains(true))
                    failed[policy] += utilisations[policy];
            }

            failedBins += world.IsDown.Contains(true) ? 1 : 0;
            Assert.All(utilisations, utilisation => Assert.InRange(utilisations[0], 0, utilisation + 1e-9));
            bound += world.ComingBackground.ToArray().Zip(world.Topology.Links, (load, link) => load * 1000 / link.CapacityKilobits).Max();

            // Whichever is taken, what comes is the same.
            _ = world.Route(weights[bin % policies.Length]);
            Assert.Equal(utilisations[bin % policies.Length], world.MaxUtilisation);
            lost += world.LostMegabits;
        }

        for (var policy = 0; policy < policies.Length; policy++)
        {
            output.WriteLine(
                $"{network} {seed} {policies[policy].Name,-14} mean {sums[policy] / Bins:0.000}  failed {failed[policy] / failedBins:0.000}  highest {highest[policy]:0.000}");
        }

        output.WriteLine($"background alone {bound / Bins:0.000}, bins with a failure {failedBins}, lost {lost / Bins:0.0} Mbit/s on average");
        Assert.True(sums[0] < gain * sums[1]);
        Assert.True(sums[0] < gain * sums[2]);
    }
}
