namespace StreamLearn.Simulation.Networks;

/// <summary>Routes demands, measured or generated, over a network whose cables fail.</summary>
/// <example> <code> var topology = Topology.European(); var schedule = new FailureSchedule(topology, [new LinkOutage("Paris&gt;Lyon", 300,
/// 400)], restorationDelay: 1); var loads = NetworkSimulation.Run(topology, new CyclicDemands(topology), bins: 2016, schedule);
/// </code>
/// </example>
public static class NetworkSimulation
{
    /// <summary>Simulates from the first bin of the demands on.</summary>
    /// <param name="topology">The network.</param>
    /// <param name="demands">What its nodes send each other.</param>
    /// <param name="bins">Bins of 5 minutes; fewer are simulated if the demands end before.</param>
    /// <param name="schedule">What fails; nothing if not given.</param>
    /// <param name="capacityLimit">
    /// Whether a link carries min(load, capacity) and the rest is lost. Each link by itself: what one link cuts is still offered to the
    /// links behind it, as no demand is followed through the network.
    /// </param>
    public static SimulatedLoads Run(
        Topology topology, IDemandSource demands, int bins, FailureSchedule? schedule = null, bool capacityLimit = false)
    {
        Check(topology, demands);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bins);
        if (schedule is not null && schedule.Topology != topology)
            throw new ArgumentException("The schedule is one for another network.", nameof(schedule));
        var routing = schedule ?? new FailureSchedule(topology, []);
        var loads = new SimulatedLoads(topology, demands.Start, capacityLimit);
        foreach (var matrix in demands.ReadBins())
        {
            loads.Append(matrix.Span, routing.RoutingAt(loads.Bins));
            if (loads.Bins == bins)
                break;
        }

        return loads;
    }

    internal static void Check(Topology topology, IDemandSource demands)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(demands);
        if (demands.Nodes != topology.Nodes.Count)
            throw new ArgumentException($"Expected demands between {topology.Nodes.Count} nodes, found {demands.Nodes}.");
    }
}
