namespace StreamLearn.Simulation.Control.Routing;

/// <summary>Every demand on the shortest of its paths that is up.</summary>
public sealed class ShortestPathPolicy : IRoutingPolicy
{
    /// <inheritdoc/>
    public string Name => "shortest-path";

    /// <inheritdoc/>
    public void Choose(LinkRouting world, Span<double> weights)
    {
        ArgumentNullException.ThrowIfNull(world);
        weights.Clear();
        for (var first = 0; first < weights.Length; first += world.PathsPerDemand)
        {
            var up = world.IsUp.Slice(first, world.PathsPerDemand).IndexOf(true);
            weights[first + Math.Max(up, 0)] = 1;
        }
    }
}
