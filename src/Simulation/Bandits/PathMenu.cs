using StreamLearn.Simulation.Networks;

namespace StreamLearn.Simulation.Bandits;

/// <summary>The paths among which the flows of a pair of nodes choose: the actions of one bandit.</summary>
public sealed class PathMenu
{
    internal PathMenu(Topology topology, NodePair pair, int paths)
    {
        Key = $"{pair.Source}-{pair.Destination}";
        var found = KShortestPaths.Find(topology, IndexOf(topology, pair.Source), IndexOf(topology, pair.Destination), paths);
        if (found.Count < paths)
        {
            throw new ArgumentException(
                $"Pairs: expected {paths} paths without loops from {pair.Source} to {pair.Destination}, found {found.Count}.");
        }

        Paths = [.. found.Select(links => new CandidatePath(topology, links))];
    }

    /// <summary>The pair, such as "Amsterdam-Rome": the key of its records.</summary>
    public string Key { get; }

    /// <summary>The shortest paths, the shortest first.</summary>
    public IReadOnlyList<CandidatePath> Paths { get; }

    private static int IndexOf(Topology topology, string node) =>
        topology.Nodes.ToList().IndexOf(node) is var index and >= 0
            ? index
            : throw new ArgumentException($"Pairs: expected one of the nodes {string.Join(", ", topology.Nodes)}, found \"{node}\".");
}
