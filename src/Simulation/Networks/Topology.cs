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

    /// <summary>
    /// The built-in European network of 28 cities and 41 cables (82 directed links) with the length in km as weight and 10 Gbit/s
    /// everywhere, a rate of our choice. Cities and lengths: SNDlib, network "nobel-eu".
    /// </summary>
    public static Topology European() => EuropeanBackbone.Build();

    /// <summary>Names that <see cref="BuiltIn"/> knows.</summary>
    public static IReadOnlyList<string> BuiltInNames { get; } = ["abilene", "european"];

    /// <summary>A built-in network by name: "abilene" is <see cref="AbileneLike"/>, "european" is <see cref="European"/>.</summary>
    /// <exception cref="ArgumentException">There is none of this name; the message lists the names.</exception>
    public static Topology BuiltIn(string name) => name switch
    {
        "abilene" => AbileneLike(),
        "european" => European(),
        _ => throw new ArgumentException($"Expected one of the networks {string.Join(", ", BuiltInNames)}, found \"{name}\"."),
    };

    /// <summary>Index of the link of this name, or -1 if there is none.</summary>
    public int IndexOf(string linkName) => _indexOfName.GetValueOrDefault(linkName, -1);

    /// <summary>Index of the other direction of the same cable, or -1 if the link is one-way.</summary>
    public int ReverseOf(int link) => _reverse[link];

    /// <summary>Cables by the names of their ends, two links each, with the length as weight.</summary>
    internal static Topology OfCables(
        string[] names, IReadOnlyCollection<(string From, string To, double Kilometres)> cables, double capacityKilobits)
    {
        var links = new List<NetworkLink>(2 * cables.Count);
        foreach (var (from, to, kilometres) in cables)
        {
            var (a, b) = (Array.IndexOf(names, from), Array.IndexOf(names, to));
            links.Add(new NetworkLink(links.Count, a, b, kilometres, capacityKilobits));
            links.Add(new NetworkLink(links.Count, b, a, kilometres, capacityKilobits));
        }

        return new Topology(names, links);
    }

    /// <summary>Size and local time of the nodes of a network whose nodes are those of a built-in one, or null.</summary>
    internal static IReadOnlyList<TrafficSite>? SitesOf(Topology topology) =>
        new[] { AbileneBackbone.Routers, EuropeanBackbone.Cities }
            .FirstOrDefault(known => known.Select(node => node.Name).SequenceEqual(topology.Nodes))?
            .Select(node => node.Site).ToArray();

    /// <summary>The link of a cable that stands for it, the first of its two directions.</summary>
    internal int CableOf(int link) => _reverse[link] < 0 ? link : Math.Min(link, _reverse[link]);

    /// <summary>Index of the link of this name, which has to be there.</summary>
    internal int Require(string linkName) => IndexOf(linkName) is var index and >= 0
        ? index
        : throw new ArgumentException($"Expected one of the links {string.Join(", ", LinkNames)}, found \"{linkName}\".");

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
