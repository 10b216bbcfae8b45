namespace StreamLearn.Simulation.Control.Routing;

/// <summary>
/// The best split there is, by linear programming: it knows the demands of the bin that comes, which nobody else does. A bound for all other
/// policies.
/// </summary>
public sealed class OraclePolicy : IRoutingPolicy
{
    private readonly LinkRouting _world;
    private readonly MinMaxUtilisation _problem;

    /// <param name="world">The only world that it is for.</param>
    public OraclePolicy(LinkRouting world)
    {
        ArgumentNullException.ThrowIfNull(world);
        _world = world;
        _problem = new MinMaxUtilisation(
            [.. world.Demands.SelectMany(demand => demand.Paths).Select(path => path.Links.ToArray())],
            world.PathsPerDemand,
            [.. world.Topology.Links.Select(link => link.CapacityKilobits / 1000)]);
    }

    /// <inheritdoc/>
    public string Name => "oracle";

    /// <inheritdoc/>
    public void Choose(LinkRouting world, Span<double> weights)
    {
        if (world != _world)
            throw new ArgumentException("Expected the world that the oracle was made for, found another.", nameof(world));
        _problem.Solve(world.ComingRates, world.ComingBackground, world.IsUp, weights);
    }
}
