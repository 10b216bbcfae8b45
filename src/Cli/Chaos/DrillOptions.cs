using StreamLearn.Actors.Protocol;

namespace StreamLearn.Cli.Chaos;

/// <summary>What a fault drill does.</summary>
/// <param name="Kills">How often a node is killed.</param>
/// <param name="Records">Records that are produced.</param>
/// <param name="Seed">Seed of the records and of the faults.</param>
/// <param name="Mutant">A fault in the protocol, which the drill must find.</param>
internal sealed record DrillOptions(int Kills, int Records, int Seed, ProtocolMutant Mutant)
{
    /// <summary>Nodes of the cluster; 1: each is a cluster of its own. The rest is about a cluster only.</summary>
    internal int Nodes { get; init; } = 1;

    /// <summary>How often a node is told to leave.</summary>
    internal int Leaves { get; init; }

    /// <summary>How often a node is suspended.</summary>
    internal int Suspensions { get; init; }

    /// <summary>How often a node is cut off from the others, but not from broker and store.</summary>
    internal int Cuts { get; init; }

    /// <summary>Whether topics are read on other nodes than those that learn.</summary>
    internal bool RolesApart { get; init; }
}
