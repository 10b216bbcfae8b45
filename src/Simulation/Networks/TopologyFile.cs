using System.Globalization;

namespace StreamLearn.Simulation.Networks;

/// <summary>
/// Reads the text form in which research topologies are passed around. A line <c>Node_num: 12 Edge_num: 30</c>, a line of column
/// names, then one row a directed link: index, source, destination, weight, capacity, separated by blanks.
/// </summary>
/// <remarks>
/// The last column is in kbit/s where its name is "Capacity(kbps)" (Abilene). Where it is "Bandwidth" (Rocketfuel) the files give no unit
/// and their values are about 1000/weight; read as Mbit/s they have the size of that time's backbones, so that is what we do.
/// Routing uses the weights alone.
/// </remarks>
public static class TopologyFile
{
    /// <summary>More nodes than this are taken for a damaged header: routes are kept for every pair.</summary>
    private const int MostNodes = 10_000;

    private static readonly char[] Blanks = [' ', '\t'];

    /// <param name="path">The file.</param>
    /// <param name="nodeNames">Names by node index; n0, n1 and so on if not given.</param>
    /// <exception cref="SimulationDataException">The file is not of this form, or has another number of nodes than names.</exception>
    public static Topology Read(string path, IReadOnlyList<string>? nodeNames = null)
    {
        using var reader = File.OpenText(path);
        return Read(reader, path, nodeNames);
    }

    /// <inheritdoc cref="Read(string, IReadOnlyList{string}?)"/>
    /// <param name="reader">The text.</param>
    /// <param name="path">What errors call the file.</param>
    /// <param name="nodeNames">Names by node index; n0, n1 and so on if not given.</param>
    public static Topology Read(TextReader reader, string path, IReadOnlyList<string>? nodeNames = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var lines = new Lines(reader, path);
        var (nodes, edges) = ReadCounts(lines);
        if (nodeNames is not null && nodeNames.Count != nodes)
            throw lines.Fault($"{nodeNames.Count} nodes, one for each name given", $"Node_num {nodes}");
        var kilobitsPerUnit = ReadCapacityUnit(lines);

        var links = new List<NetworkLink>();
        var lineOfPair = new Dictionary<(int Source, int Destination), int>();
        for (var index = 0; index < edges; index++)
        {
            var link = ReadLink(lines, index, edges, kilobitsPerUnit);
            if (Topology.FaultOf(link, index, nodes) is { } fault)
                throw lines.Fault(fault.Expected, fault.Found);
            if (!lineOfPair.TryAdd((link.Source, link.Destination), lines.Number))
            {
                var first = lineOfPair[(link.Source, link.Destination)];
                throw lines.Fault($"one link from {link.Source} to {link.Destination}", $"a second one; line {first} has the first");
            }

            links.Add(link);
        }

        lines.ExpectEnd($"the end after {edges} links (Edge_num)");
        return new Topology(nodeNames ?? [.. Enumerable.Range(0, nodes).Select(node => $"n{node}")], links);
    }

    private static (int Nodes, int Edges) ReadCounts(Lines lines)
    {
        const string Expected = "\"Node_num: N Edge_num: E\" with N from 1 to 10000 and E above 0";
        var cells = lines.Next(Expected);
        return cells is ["Node_num:", var nodes, "Edge_num:", var edges]
            && TryCount(nodes, out var nodeCount) && nodeCount <= MostNodes
            && TryCount(edges, out var edgeCount)
            ? (nodeCount, edgeCount)
            : throw lines.Fault(Expected, $"\"{string.Join(' ', cells)}\"");
    }

    private static double ReadCapacityUnit(Lines lines)
    {
        const string Expected = "columns \"Link_index Source Destination OSPF Capacity(kbps)\" or \"... Weights Bandwidth\"";
        var cells = lines.Next(Expected);
        return cells switch
        {
            ["Link_index", "Source", "Destination", _, "Capacity(kbps)"] => 1,
            ["Link_index", "Source", "Destination", _, "Bandwidth"] => 1000,
            _ => throw lines.Fault(Expected, $"\"{string.Join(' ', cells)}\""),
        };
    }

    private static NetworkLink ReadLink(Lines lines, int index, int edges, double kilobitsPerUnit)
    {
        var cells = lines.Next($"link {index} of {edges} (Edge_num)");
        if (cells.Length != 5)
            throw lines.Fault("5 columns", $"{cells.Length}");
        return new NetworkLink(
            Whole(cells[0]), Whole(cells[1]), Whole(cells[2]), Number(cells[3]), Number(cells[4]) * kilobitsPerUnit);

        int Whole(string cell) => int.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw lines.Fault("a whole number", $"\"{cell}\"");

        double Number(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw lines.Fault("a number", $"\"{cell}\"");
    }

    private static bool TryCount(string cell, out int count) =>
        int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0;

    /// <summary>The lines that are not blank, split at blanks, with the number of the last one for errors.</summary>
    private sealed class Lines(TextReader reader, string path)
    {
        public int Number { get; private set; }

        public string[] Next(string expected) => TryNext() ?? throw Fault(expected, "the end of the file");

        public void ExpectEnd(string expected)
        {
            if (TryNext() is { } cells)
                throw Fault(expected, $"\"{string.Join(' ', cells)}\"");
        }

        public SimulationDataException Fault(string expected, string found) => new(path, Number, expected, found);

        private string[]? TryNext()
        {
            while (true)
            {
                Number++;
                if (reader.ReadLine() is not { } line)
                    return null;
                if (line.Split(Blanks, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } cells)
                    return cells;
            }
        }
    }
}
