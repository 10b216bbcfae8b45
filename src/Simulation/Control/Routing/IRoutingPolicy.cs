namespace StreamLearn.Simulation.Control.Routing;

/// <summary>A baseline of <see cref="LinkRouting"/>.</summary>
/// <example>
/// <code>
/// policy.Choose(world, weights);
/// var itWouldBe = world.MaxUtilisationOf(weights);   // or world.Route(weights)
/// </code>
/// </example>
public interface IRoutingPolicy
{
    /// <summary>Its name, such as "equal-split".</summary>
    string Name { get; }

    /// <summary>Chooses the split of the bin that comes. Allocates nothing.</summary>
    /// <param name="world">The world, in an episode.</param>
    /// <param name="weights">Overwritten by demand and path, as <see cref="LinkRouting.Route"/> takes them.</param>
    void Choose(LinkRouting world, Span<double> weights);
}
