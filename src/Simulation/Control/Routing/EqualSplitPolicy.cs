namespace StreamLearn.Simulation.Control.Routing;

/// <summary>Every demand in equal parts on those of its paths that are up.</summary>
public sealed class EqualSplitPolicy : IRoutingPolicy
{
    /// <inheritdoc/>
    public string Name => "equal-split";

    /// <inheritdoc/>
    public void Choose(LinkRouting world, Span<double> weights) => weights.Fill(1);
}
