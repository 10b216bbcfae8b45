using StreamLearn.Actors.Protocol;
using StreamLearn.Cluster.Nodes;

namespace StreamLearn.Cli.Chaos;

/// <summary>The nodes of a drill that run now, each with its part.</summary>
/// <param name="stage">Where they run.</param>
/// <param name="mutant">A fault in their protocol.</param>
internal sealed class DrillCast(DrillStage stage, ProtocolMutant mutant)
{
    private readonly Dictionary<NodeParts, ChildProgram> _nodes = [];

    /// <summary>All of them.</summary>
    internal IEnumerable<ChildProgram> Nodes => _nodes.Values;

    /// <summary>The node that runs a part.</summary>
    internal ChildProgram this[NodeParts parts] => _nodes[parts];

    /// <summary>It has been killed.</summary>
    internal void Forget(NodeParts parts) => _nodes.Remove(parts);

    /// <summary>Stops the nodes that are not wanted, and starts those that are and do not run.</summary>
    internal async Task ArrangeAsync(IReadOnlyList<NodeParts> wanted, Func<ChildProgram, Task> stop, CancellationToken cancellation)
    {
        foreach (var parts in _nodes.Keys.Except(wanted).ToList())
        {
            await stop(_nodes[parts]);
            _nodes.Remove(parts);
        }

        foreach (var parts in wanted.Where(parts => !_nodes.ContainsKey(parts)))
        {
            _nodes.Add(parts, await stage.StartNodeAsync(mutant, cancellation, parts));
        }
    }
}
