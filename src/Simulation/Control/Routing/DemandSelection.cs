using StreamLearn.Simulation.Bandits;
using StreamLearn.Simulation.Networks;

namespace StreamLearn.Simulation.Control.Routing;

/// <summary>Which demands <see cref="LinkRouting"/> splits, and how large they are.</summary>
internal static class DemandSelection
{
    private const int MeanBins = DemandProcess.BinsPerDay;

    /// <summary>Mean demands over the first day, or what there is of it, Mbit/s, N x N.</summary>
    public static double[] MeansOfFirstDay(IDemandSource demands)
    {
        var means = new double[demands.Nodes * demands.Nodes];
        var bins = 0;
        foreach (var matrix in demands.ReadBins().Take(MeanBins))
        {
            for (var pair = 0; pair < means.Length; pair++)
                means[pair] += matrix.Span[pair];
            bins++;
        }

        return bins > 0
            ? Array.ConvertAll(means, sum => sum / bins)
            : throw new ArgumentException("Demands: expected one bin or more, found none.");
    }

    /// <summary>The largest demands that have enough paths; of equal ones the first.</summary>
    /// <exception cref="ArgumentException">There are not so many.</exception>
    public static IReadOnlyList<NodePair> Largest(Topology topology, double[] means, int count, int paths)
    {
        var nodes = topology.Nodes.Count;
        NodePair[] largest =
        [
            .. Enumerable.Range(0, means.Length)
                .Where(pair => means[pair] > 0 && pair / nodes != pair % nodes)
                .OrderByDescending(pair => means[pair])
                .Where(pair => KShortestPaths.Find(topology, pair / nodes, pair % nodes, paths).Count == paths)
                .Take(count)
                .Select(pair => new NodePair(topology.Nodes[pair / nodes], topology.Nodes[pair % nodes])),
        ];
        return largest.Length == count
            ? largest
            : throw new ArgumentException($"DemandCount: expected {count} demands with {paths} paths without loops, found {largest.Length}.");
    }
}
