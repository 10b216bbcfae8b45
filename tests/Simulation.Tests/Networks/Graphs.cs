using StreamLearn.Learners.Randomness;
using StreamLearn.Simulation.Networks;

namespace StreamLearn.Simulation.Tests.Networks;

/// <summary>Small networks for tests.</summary>
internal static class Graphs
{
    /// <summary>Cables between nodes n0, n1 and so on: links 2i and 2i+1 are the two directions of cable i.</summary>
    public static Topology OfCables(int nodes, params (int A, int B, double Weight)[] cables)
    {
        var links = new List<NetworkLink>();
        foreach (var (a, b, weight) in cables)
        {
            links.Add(new NetworkLink(links.Count, a, b, weight, 1000));
            links.Add(new NetworkLink(links.Count, b, a, weight, 1000));
        }

        return new Topology([.. Enumerable.Range(0, nodes).Select(node => $"n{node}")], links);
    }

    /// <summary>A network with one-way links, ties and possibly several parts.</summary>
    public static Topology Random(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var nodes = 2 + (int)(9 * random.NextDouble());
        var density = 0.1 + 0.4 * random.NextDouble();
        var links = new List<NetworkLink>();
        for (var pair = 0; pair < nodes * nodes; pair++)
        {
            var (source, destination) = Math.DivRem(pair, nodes);
            if (source != destination && random.NextDouble() < density)
                links.Add(new NetworkLink(links.Count, source, destination, 1 + (int)(4 * random.NextDouble()), 1000));
        }

        return new Topology([.. Enumerable.Range(0, nodes).Select(node => $"n{node}")], links);
    }

    public static string[] Names(this Topology topology, ReadOnlySpan<int> path)
    {
        var names = new string[path.Length];
        for (var hop = 0; hop < names.Length; hop++)
            names[hop] = topology.LinkNames[path[hop]];
        return names;
    }
}
