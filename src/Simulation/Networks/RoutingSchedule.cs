namespace StreamLearn.Simulation.Networks;

/// <summary>The routing in every bin: recomputed, at once and everywhere, whenever a cable fails or comes back.</summary>
internal sealed class RoutingSchedule
{
    private readonly int[] _firstBins;
    private readonly ShortestPathRouting[] _routings;

    public RoutingSchedule(Topology topology, IReadOnlyCollection<LinkOutage> outages)
    {
        foreach (var outage in outages)
        {
            if (topology.IndexOf(outage.Link) < 0)
                throw new ArgumentException($"Expected one of the links {string.Join(", ", topology.LinkNames)}, found \"{outage.Link}\".");
            if (outage.FirstBin < 0 || outage.EndBin <= outage.FirstBin)
                throw new ArgumentException($"Expected bins from 0 up, at least one, found {outage.FirstBin} to before {outage.EndBin}.");
        }

        _firstBins = [.. outages.SelectMany(outage => new[] { outage.FirstBin, outage.EndBin }).Append(0).Distinct().Order()];
        _routings = Array.ConvertAll(_firstBins, bin => new ShortestPathRouting(topology, [.. FailedLinks(bin)]));

        IEnumerable<int> FailedLinks(int bin) => outages
            .Where(outage => outage.FirstBin <= bin && bin < outage.EndBin)
            .Select(outage => topology.IndexOf(outage.Link));
    }

    public ShortestPathRouting At(int bin)
    {
        var place = Array.BinarySearch(_firstBins, bin);
        return _routings[place >= 0 ? place : ~place - 1];
    }
}
