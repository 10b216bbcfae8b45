namespace StreamLearn.Cli.Chaos;

/// <summary>One fault of a cluster drill.</summary>
/// <param name="Fault">What is done.</param>
/// <param name="Node">Whom it hits; of <see cref="ClusterFault.KillAll"/>: who is started again first.</param>
/// <param name="Kill">Which of the kills it is; 0: none.</param>
/// <param name="IsLate">Whether a node is started again only when the others have taken over.</param>
internal readonly record struct ClusterStep(ClusterFault Fault, int Node, int Kill, bool IsLate);
