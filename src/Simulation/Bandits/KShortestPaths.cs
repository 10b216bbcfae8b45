using StreamLearn.Simulation.Networks;

namespace StreamLearn.Simulation.Bandits;

/// <summary>The K shortest paths without loops from one node to another, by the sum of the weights of their links.</summary>
/// <remarks>
/// Yen, "Finding the K shortest loopless paths in a network", Management Science 17(11), 1971. Of paths of the same weight that comes
/// first whose first different link has the lower index, so the result does not depend on the order in which paths are found.
/// </remarks>
public static class KShortestPaths
{
    /// <summary>The paths in order, each as its links from the source on; fewer if there are not so many.</summary>
    /// <param name="topology">The network.</param>
    /// <param name="source">Index of the first node.</param>
    /// <param name="destination">Index of the last node, another one.</param>
    /// <param name="count">K, above 0.</param>
    public static IReadOnlyList<IReadOnlyList<int>> Find(Topology topology, int source, int destination, int count)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)source, (uint)topology.Nodes.Count, nameof(source));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)destination, (uint)topology.Nodes.Count, nameof(destination));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (source == destination)
            throw new ArgumentException($"Expected two different nodes, found {topology.Nodes[source]} twice.", nameof(destination));

        var found = new List<int[]>();
        var candidates = new SortedSet<int[]>(Comparer<int[]>.Create((a, b) => Compare(topology, a, b)));
        if (Shortest(topology, source, destination, [], []) is { } shortest)
            candidates.Add(shortest);
        while (found.Count < count && candidates.Min is { } next)
        {
            candidates.Remove(next);
            found.Add(next);
            foreach (var deviation in Deviations(topology, found, destination))
                candidates.Add(deviation);
        }

        return found;
    }

    /// <summary>
    /// For each place of the last path found: the shortest path that goes with it up to there and then goes on otherwise than every path
    /// found.
    /// </summary>
    private static IEnumerable<int[]> Deviations(Topology topology, List<int[]> found, int destination)
    {
        var last = found[^1];
        var passed = new HashSet<int>();
        for (var place = 0; place < last.Length; place++)
        {
            var root = last.AsMemory(0, place);
            var barred = found
                .Where(path => path.Length > place && path.AsSpan(0, place).SequenceEqual(root.Span))
                .Select(path => path[place])
                .ToHashSet();
            var spur = topology.Links[last[place]].Source;
            if (Shortest(topology, spur, destination, passed, barred) is { } rest)
                yield return [.. root.Span, .. rest];
            passed.Add(spur);
        }
    }

    /// <summary>
    /// The shortest path that avoids some nodes and links, of several the one with the lowest links; null if there is none. Dijkstra's
    /// algorithm from the destination back, then from the source on along links that lie on a shortest path.
    /// </summary>
    private static int[]? Shortest(Topology topology, int source, int destination, HashSet<int> barredNodes, HashSet<int> barredLinks)
    {
        NetworkLink[] links =
        [
            .. topology.Links.Where(link => !barredLinks.Contains(link.Index)
                && !barredNodes.Contains(link.Source) && !barredNodes.Contains(link.Destination)),
        ];
        var distance = Distances(topology.Nodes.Count, links, destination);
        if (double.IsPositiveInfinity(distance[source]))
            return null;
        var path = new List<int>();
        for (var node = source; node != destination;)
        {
            // Links come by index. The sum is the one that made the distance, so it is equal to the bit.
            var link = Array.Find(links, link => link.Source == node && link.Weight + distance[link.Destination] == distance[node]);
            path.Add(link.Index);
            node = link.Destination;
        }

        return [.. path];
    }

    private static double[] Distances(int nodes, NetworkLink[] links, int destination)
    {
        var distance = new double[nodes];
        Array.Fill(distance, double.PositiveInfinity);
        distance[destination] = 0;
        var open = new PriorityQueue<int, double>([(destination, 0.0)]);
        while (open.TryDequeue(out var node, out var reached))
        {
            if (reached > distance[node])
                continue;
            foreach (var link in links)
            {
                if (link.Destination != node || link.Weight + reached >= distance[link.Source])
                    continue;
                distance[link.Source] = link.Weight + reached;
                open.Enqueue(link.Source, distance[link.Source]);
            }
        }

        return distance;
    }

    private static int Compare(Topology topology, int[] first, int[] second)
    {
        var byWeight = Weight(topology, first).CompareTo(Weight(topology, second));
        return byWeight != 0 ? byWeight : first.AsSpan().SequenceCompareTo(second);
    }

    private static double Weight(Topology topology, int[] path)
    {
        var weight = 0.0;
        foreach (var link in path)
            weight += topology.Links[link].Weight;
        return weight;
    }
}
