namespace StreamLearn.Simulation.Networks;

/// <summary>
/// Routes every demand over one shortest path by OSPF weight: Dijkstra's algorithm, no equal-cost multipath. Failed cables carry
/// nothing in either direction.
/// </summary>
/// <remarks>
/// Which of several shortest paths is taken does not depend on the order of the links: seen from the destination, the
/// predecessor is the one nearest to the source, and of equally near ones that with the lowest index. This is what Dijkstra's
/// algorithm gives when it settles the lowest index first and keeps the first predecessor found.
/// </remarks>
public sealed class ShortestPathRouting
{
    private readonly int _nodes;
    private readonly int _linkCount;

    /// <summary>All paths one after the other, pair by pair, each from the source on: link indices.</summary>
    private readonly int[] _hops;

    /// <summary>Where the path of pair source*N + destination begins in <see cref="_hops"/>; one more for the end.</summary>
    private readonly int[] _firstHop;
    private readonly bool[] _reachable;

    /// <param name="topology">The network.</param>
    /// <param name="failedLinks">Indices of links that are down, each with its other direction.</param>
    public ShortestPathRouting(Topology topology, IReadOnlyCollection<int>? failedLinks = null)
    {
        ArgumentNullException.ThrowIfNull(topology);
        _nodes = topology.Nodes.Count;
        _linkCount = topology.Links.Count;
        _firstHop = new int[_nodes * _nodes + 1];
        _reachable = new bool[_nodes * _nodes];

        var outgoing = OutgoingLinks(topology, failedLinks ?? []);
        var lastLink = new int[_nodes];
        var hops = new List<int>();
        for (var source = 0; source < _nodes; source++)
        {
            FindPaths(source, outgoing, lastLink);
            for (var destination = 0; destination < _nodes; destination++)
            {
                var begin = hops.Count;
                for (var node = destination; lastLink[node] >= 0; node = topology.Links[lastLink[node]].Source)
                    hops.Add(lastLink[node]);
                hops.Reverse(begin, hops.Count - begin);
                var pair = source * _nodes + destination;
                _firstHop[pair + 1] = hops.Count;
                _reachable[pair] = source == destination || hops.Count > begin;
            }
        }

        _hops = [.. hops];
        UnreachablePairs = _reachable.Count(reachable => !reachable);
    }

    private ShortestPathRouting(int nodes, int linkCount, int[] hops, int[] firstHop, bool[] reachable)
    {
        _nodes = nodes;
        _linkCount = linkCount;
        _hops = hops;
        _firstHop = firstHop;
        _reachable = reachable;
        UnreachablePairs = reachable.Count(pair => !pair);
    }

    /// <summary>Pairs of source and destination without any path.</summary>
    public int UnreachablePairs { get; }

    /// <summary>Whether there is a path; a node reaches itself without a link.</summary>
    public bool IsReachable(int source, int destination) => _reachable[Pair(source, destination)];

    /// <summary>Indices of the links from source to destination; none if they are the same node or there is no path.</summary>
    public ReadOnlySpan<int> PathOf(int source, int destination)
    {
        var pair = Pair(source, destination);
        return _hops.AsSpan(_firstHop[pair].._firstHop[pair + 1]);
    }

    /// <summary>Sums the demands over the links that they cross. Allocates nothing.</summary>
    /// <param name="demands">N x N, row by row, a row per source. The unit is the caller's, the same for all.</param>
    /// <param name="linkLoads">Overwritten with the load of every link, in the unit of the demands.</param>
    /// <returns>The demand that was dropped, the sum over pairs without a path.</returns>
    public double RouteLoads(ReadOnlySpan<double> demands, Span<double> linkLoads)
    {
        if (demands.Length != _nodes * _nodes)
            throw new ArgumentException($"Expected {_nodes} x {_nodes} demands, found {demands.Length}.", nameof(demands));
        if (linkLoads.Length != _linkCount)
            throw new ArgumentException($"Expected room for {_linkCount} links, found {linkLoads.Length}.", nameof(linkLoads));

        linkLoads.Clear();
        var dropped = 0.0;
        for (var pair = 0; pair < demands.Length; pair++)
        {
            foreach (var link in _hops.AsSpan(_firstHop[pair].._firstHop[pair + 1]))
                linkLoads[link] += demands[pair];
            if (!_reachable[pair])
                dropped += demands[pair];
        }

        return dropped;
    }

    /// <summary>
    /// The same paths, less those over links that are down: what is left between a failure and the new routes. Their pairs count as
    /// unreachable.
    /// </summary>
    /// <param name="isDown">By link, whether it is down.</param>
    internal ShortestPathRouting WithoutPathsOver(bool[] isDown)
    {
        var hops = new List<int>(_hops.Length);
        var firstHop = new int[_firstHop.Length];
        var reachable = (bool[])_reachable.Clone();
        for (var pair = 0; pair < reachable.Length; pair++)
        {
            var path = _hops.AsSpan(_firstHop[pair].._firstHop[pair + 1]);
            foreach (var link in path)
                reachable[pair] &= !isDown[link];
            if (reachable[pair])
                hops.AddRange(path);
            firstHop[pair + 1] = hops.Count;
        }

        return new ShortestPathRouting(_nodes, _linkCount, [.. hops], firstHop, reachable);
    }

    /// <summary>By link, whether it is one of these or the other direction of one.</summary>
    internal static bool[] IsDown(Topology topology, IReadOnlyCollection<int> failedLinks)
    {
        var failed = new bool[topology.Links.Count];
        foreach (var link in failedLinks)
        {
            if ((uint)link >= (uint)failed.Length)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(failedLinks), link, $"Expected link indices from 0 to {failed.Length - 1}.");
            }

            failed[link] = true;
            if (topology.ReverseOf(link) is var reverse and >= 0)
                failed[reverse] = true;
        }

        return failed;
    }

    private static List<NetworkLink>[] OutgoingLinks(Topology topology, IReadOnlyCollection<int> failedLinks)
    {
        var failed = IsDown(topology, failedLinks);
        var outgoing = new List<NetworkLink>[topology.Nodes.Count];
        for (var node = 0; node < outgoing.Length; node++)
            outgoing[node] = [];
        foreach (var link in topology.Links)
        {
            if (!failed[link.Index])
                outgoing[link.Source].Add(link);
        }

        return outgoing;
    }

    /// <summary>Dijkstra from one source: leaves in <paramref name="lastLink"/> the last link of each node's path, or -1.</summary>
    private static void FindPaths(int source, List<NetworkLink>[] outgoing, int[] lastLink)
    {
        var distance = new double[outgoing.Length];
        var settled = new bool[outgoing.Length];
        Array.Fill(distance, double.PositiveInfinity);
        Array.Fill(lastLink, -1);
        distance[source] = 0;
        while (Nearest(distance, settled) is var node and >= 0)
        {
            settled[node] = true;
            foreach (var link in outgoing[node])
            {
                var candidate = distance[node] + link.Weight;
                if (candidate < distance[link.Destination])
                {
                    distance[link.Destination] = candidate;
                    lastLink[link.Destination] = link.Index;
                }
            }
        }
    }

    /// <summary>The node to settle next, the lowest index among the nearest; -1 when what is left cannot be reached.</summary>
    private static int Nearest(double[] distance, bool[] settled)
    {
        var nearest = -1;
        for (var node = 0; node < distance.Length; node++)
        {
            if (!settled[node] && distance[node] < (nearest < 0 ? double.PositiveInfinity : distance[nearest]))
                nearest = node;
        }

        return nearest;
    }

    private int Pair(int source, int destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)source, (uint)_nodes, nameof(source));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)destination, (uint)_nodes, nameof(destination));
        return source * _nodes + destination;
    }
}
