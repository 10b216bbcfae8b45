using StreamLearn.Simulation.Control;
using StreamLearn.Simulation.Control.Routing;

namespace StreamLearn.Cli.Experiments.ReplayRatio;

/// <summary>What a fixed rule gets in the world of links, over the days that learners are tested on in the last quarter of a run.</summary>
/// <param name="Name">The rule.</param>
/// <param name="Return">Mean return of a day.</param>
/// <param name="Utilisation">Mean of the highest utilisation.</param>
internal sealed record RoutingBaseline(string Name, double Return, double Utilisation)
{
    /// <summary>The rules, for one seed.</summary>
    internal static IReadOnlyList<RoutingBaseline> Of(ulong seed, ReplayRatioSettings settings) =>
    [
        Of(seed, settings, _ => new ShortestPathPolicy()), Of(seed, settings, _ => new EqualSplitPolicy()), Of(seed, settings, world => new OraclePolicy(world)),
    ];

    private static RoutingBaseline Of(ulong seed, ReplayRatioSettings settings, Func<LinkRouting, IRoutingPolicy> create)
    {
        var world = (LinkRouting)ReplayRatioRun.Create(ReplayRatioRun.Links, seed + ReplayRatioRun.TestSeed);
        var policy = create(world);
        var weights = new double[world.ActionSize];
        var days = ReplayRatioSettings.Intervals * settings.TestEpisodes;
        var first = ReplayRatioSettings.Intervals * 3 / 4 * settings.TestEpisodes;
        var (sum, utilisation, steps) = (0.0, 0.0, 0);
        for (var day = 0; day < days; day++)
        {
            world.Reset();
            ControlOutcome outcome;
            do
            {
                policy.Choose(world, weights);
                outcome = world.Route(weights);
                if (day >= first)
                {
                    sum += outcome.Reward;
                    utilisation += world.MaxUtilisation;
                    steps++;
                }
            }
            while (!outcome.IsLast);
        }

        return new RoutingBaseline(policy.Name, sum / (days - first), utilisation / steps);
    }
}
