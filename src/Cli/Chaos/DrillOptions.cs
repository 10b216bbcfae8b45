using StreamLearn.Actors.Protocol;

namespace StreamLearn.Cli.Chaos;

/// <summary>What a fault drill does.</summary>
/// <param name="Kills">How often a node is killed.</param>
/// <param name="Records">Records that are produced.</param>
/// <param name="Seed">Seed of the records and of the faults.</param>
/// <param name="Mutant">A fault in the protocol, which the drill must find.</param>
internal sealed record DrillOptions(int Kills, int Records, int Seed, ProtocolMutant Mutant);
