using System.Globalization;

namespace StreamLearn.Simulation.Networks;

/// <summary>
/// A packet network: named nodes and directed links, at most one from one node to another. With the rest of this folder it is
/// the world of the link-load forecasts: demands between nodes, measured or simulated, go over shortest paths, links fail,
/// and what is observed is the load of every link.
/// </summary>
public sealed class Topology
{
    private readonly string[] _nodes;
    private readonly NetworkLink[] _links;
    private readonly string[] _linkNames;
    private readonly int[] _reverse;
    private readonly Dictionary<string, int> _indexOfName = new(StringComparer.Ordinal);

    /// <param name="nodes">Names, all different.</param>
    /// <param name="links">Links with <see cref="NetworkLink.Index"/> 0, 1, 2 and so on.</param>
    public Topology(IReadOnlyList<string> nodes, IReadOnlyList<NetworkLink> links)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(links);
        if (nodes.Distinct(StringComparer.Ordinal).Count() != nodes.Count)
            throw new ArgumentException("Two nodes have the same name.", nameof(nodes));

        _nodes = [.. nodes];
        _links = [.. links];
        _linkNames = new string[_links.Length];
        for (var index = 0; index < _links.Length; index++)
        {
            var link = _links[index];
            if (FaultOf(link, index, _nodes.Length) is { } fault)
                throw new ArgumentException($"Link {index}: expected {fault.Expected}, found {fault.Found}.", nameof(links));
            _linkNames[index] = $"{_nodes[link.Source]}>{_nodes[link.Destination]}";
            if (!_indexOfName.TryAdd(_linkNames[index], index))
                throw new ArgumentException($"There are two links {_linkNames[index]}.", nameof(links));
        }

        _reverse = [.. _links.Select(link => IndexOf($"{_nodes[link.Destination]}>{_nodes[link.Source]}"))];
    }

    /// <summary>Routers of the Abilene traffic matrices, in the order of their rows and columns.</summary>
    public static IReadOnlyList<string> AbileneNodes { get; } = [.. AbileneBackbone.Routers.Select(router => router.Name)];

    /// <summary>Node names by index.</summary>
    public IReadOnlyList<string> Nodes => _nodes;

    /// <summary>Links by index.</summary>
    public IReadOnlyList<NetworkLink> Links => _links;

    /// <summary>Link names by index, such as "ATLAng&gt;HSTNng".</summary>
    public IReadOnlyList<string> LinkNames => _linkNames;

    /// <summary>
    /// A built-in network for use without any file: the routers and cables of the public map of the Abilene backbone, 12 nodes
    /// and 30 directed links, with the distance in km as weight and 10 Gbit/s everywhere. Not the weights that Abilene used.
    /// </summary>
    public static Topology AbileneLike() => AbileneBackbone.Build();

    /// <summary>Index of the link of this name, or -1 if there is none.</summary>
    public int IndexOf(string linkName) => _indexOfName.GetValueOrDefault(linkName, -1);

    /// <summary>Index of the other direction of the same cable, or -1 if the link is one-way.</summary>
    public int ReverseOf(int link) => _reverse[link];

    /// <summary>What a link in this place should have and what it has instead, or null if nothing is wrong with it.</summary>
    internal static (string Expected, string Found)? FaultOf(NetworkLink link, int index, int nodes)
    {
        if (link.Index != index)
            return ($"link index {index}", Text(link.Index));
        if ((uint)link.Source >= (uint)nodes)
            return ($"a source from 0 to {nodes - 1}", Text(link.Source));
        if ((uint)link.Destination >= (uint)nodes)
            return ($"a destination from 0 to {nodes - 1}", Text(link.Destination));
        if (link.Source == link.Destination)
            return ("a link between two nodes", $"node {link.Source} at both ends");
        if (!(link.Weight > 0) || !double.IsFinite(link.Weight))
            return ("a weight above 0", Text(link.Weight));
        if (!(link.CapacityKilobits > 0) || !double.IsFinite(link.CapacityKilobits))
            return ("a capacity above 0", Text(link.CapacityKilobits));
        return null;
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
