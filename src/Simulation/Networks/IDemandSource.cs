namespace StreamLearn.Simulation.Networks;

/// <summary>
/// What the nodes of a network send each other, bin after bin of 5 minutes: measured (<see cref="MeasuredDemands"/>) or generated
/// (<see cref="CyclicDemands"/>, <see cref="BackboneTraffic.Demands"/>).
/// </summary>
public interface IDemandSource
{
    /// <summary>N, the nodes of the network.</summary>
    int Nodes { get; }

    /// <summary>The beginning of bin 0.</summary>
    DateTimeOffset Start { get; }

    /// <summary>
    /// Reads from bin 0 on, every time the same: N x N demands in Mbit/s, row by row, a row per source. All bins come in the same buffer,
    /// which is good until the next one. A generated source never ends.
    /// </summary>
    IEnumerable<ReadOnlyMemory<double>> ReadBins();
}
