using System.Globalization;
using StreamLearn.Cluster.Membership;
using StreamLearn.Cluster.Nodes;

namespace StreamLearn.Cli.Chaos;

/// <summary>The nodes of a cluster drill: each has an address that it keeps, and all are seed nodes.</summary>
/// <param name="stage">Where they run.</param>
/// <param name="relay">The network between them.</param>
/// <param name="options">How many, and what they do.</param>
internal sealed class ClusterCast(DrillStage stage, NodeRelay relay, DrillOptions options)
{
    // Where roles are apart, so many nodes have one that reads topics.
    private const int NodesForEachIngest = 3;

    private readonly ChildProgram?[] _nodes = new ChildProgram?[options.Nodes];

    /// <summary>Numbers of all nodes.</summary>
    internal IEnumerable<int> Numbers => Enumerable.Range(0, _nodes.Length);

    /// <summary>Those that have been started, in the order of their numbers.</summary>
    internal IReadOnlyList<ChildProgram> Nodes => [.. _nodes.OfType<ChildProgram>()];

    /// <summary>A node by its number.</summary>
    internal ChildProgram this[int number] => _nodes[number] ?? throw new InvalidOperationException($"Node {number} has never been started.");

    /// <summary>The others.</summary>
    internal IReadOnlyList<ChildProgram> Except(int number) => [.. Numbers.Except([number]).Select(other => this[other])];

    /// <summary>How often nodes have decided that another one is out.</summary>
    internal static int Downings(IEnumerable<ChildProgram> nodes) => nodes.Sum(node => node.Count(DrillStage.DowningLine));

    /// <summary>Whether the others can do all that there is to do.</summary>
    internal bool CanDoWithout(int number) => Numbers.Except([number]).SelectMany(RolesOf).Distinct().Count() > 1;

    /// <summary>Starts nodes, all at once, and waits until they run.</summary>
    internal Task StartAsync(IEnumerable<int> numbers, CancellationToken cancellation) => Task.WhenAll(numbers.Select(async number =>
        _nodes[number] = await stage.StartNodeAsync(options.Mutant, cancellation, NodeParts.All, CommandLine(number))));

    private IEnumerable<string> CommandLine(int number) =>
    [
        "--host", NodeRelay.InnerHost(number), "--set", $"node.public-host={NodeRelay.OuterHost(number)}",
        "--port", relay.Port(number).ToString(CultureInfo.InvariantCulture),
        .. Numbers.SelectMany(seed => (string[])["--seed-node", $"{new SeedNode(NodeRelay.OuterHost(seed), relay.Port(seed))}"]),
        .. RolesOf(number).SelectMany(role => (string[])["--role", role]),
        "--set", "node.join-timeout=120s", "--set", "node.split-brain.stable-after=3s", "--set", "node.split-brain.acceptable-pause=4s",
    ];

    private string[] RolesOf(int number) => !options.RolesApart ? [NodeRole.Ingest, NodeRole.Learner]
        : number % NodesForEachIngest == 0 ? [NodeRole.Ingest] : [NodeRole.Learner];
}
