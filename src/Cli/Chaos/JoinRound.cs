using StreamLearn.Cluster.Nodes;

namespace StreamLearn.Cli.Chaos;

/// <summary>What a drill of a pipeline that joins does between two kills of nodes. Pure.</summary>
/// <param name="Victim">The node that is killed: one that runs everything, or only the copiers or the learners, with another for the rest.</param>
/// <param name="HasSecond">Whether a second node that runs everything has come.</param>
/// <param name="BrokerTurn">What happens to the broker.</param>
/// <param name="KillsExamples">Whether the producer of the examples is killed, or that of the outcomes.</param>
internal sealed record JoinRound(NodeParts Victim, bool HasSecond, int BrokerTurn, bool KillsExamples)
{
    /// <summary>The nodes that run.</summary>
    internal IReadOnlyList<NodeParts> Nodes => Victim == NodeParts.All ? [NodeParts.All] : [NodeParts.Copiers, NodeParts.Learners];

    /// <summary>The round that ends with a kill, counted from 1 on.</summary>
    internal static JoinRound Of(int kill) => new(
        (kill % 4) switch { 1 => NodeParts.All, 2 => NodeParts.Copiers, _ => NodeParts.Learners }, kill % 4 == 0, kill % 3 == 0 ? 3 : kill % 3, kill % 2 == 1);
}
