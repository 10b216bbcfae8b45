using StreamLearn.Simulation.Networks;

namespace StreamLearn.Simulation.Bandits;

/// <summary>A path that a flow may be sent on.</summary>
public sealed class CandidatePath
{
    private readonly int[] _links;

    internal CandidatePath(Topology topology, IReadOnlyList<int> links)
    {
        _links = [.. links];
        Weight = links.Sum(link => topology.Links[link].Weight);
        Name = string.Join('>', links.Select(link => topology.Links[link].Destination)
            .Prepend(topology.Links[links[0]].Source).Select(node => topology.Nodes[node]));
    }

    /// <summary>The nodes on it, such as "Amsterdam&gt;Brussels&gt;Paris".</summary>
    public string Name { get; }

    /// <summary>Sum of the weights of its links; km in the built-in networks.</summary>
    public double Weight { get; }

    /// <summary>Indices of its links, from the source on.</summary>
    public ReadOnlySpan<int> Links => _links;

    /// <summary>
    /// Where the path goes when a cable is down: if it crosses the cable, the node before sends round it, to the node behind, on the
    /// shortest path that is left.
    /// </summary>
    internal PathRoute Around(Topology topology, int cable, ShortestPathRouting withoutCable)
    {
        var place = Array.FindIndex(_links, link => topology.CableOf(link) == cable);
        if (place < 0)
            return new PathRoute(_links, IsRepaired: false);
        var link = topology.Links[_links[place]];
        var detour = withoutCable.PathOf(link.Source, link.Destination);
        return new PathRoute(detour.IsEmpty ? null : [.. _links[..place], .. detour, .. _links[(place + 1)..]], IsRepaired: true);
    }
}
