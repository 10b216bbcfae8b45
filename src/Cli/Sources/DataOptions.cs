using System.CommandLine;
using StreamLearn.Cli.Commands;
using StreamLearn.Simulation.Networks;

namespace StreamLearn.Cli.Sources;

/// <summary>The options that name data.</summary>
internal sealed class DataOptions
{
    private readonly Option<string[]> _data = new("--data")
    {
        Description = "file of records (JSON objects, a line each, or CSV with a header; plain or gzip), or with --topology traffic matrices, or with --task bandit a table of numbers and a label; for texts: a file or a folder, or DOMAIN=FILE; "
            + "repeat it for files that continue each other",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _topology = new("--topology")
    {
        Description = "topology of a network: the data are traffic matrices (a row of demands every 5 minutes, unit 100 bytes), routed over it to link loads",
        HelpName = "FILE",
    };

    private readonly Option<double?> _minLoad = new("--min-load")
    {
        Description = "with --topology: links with a mean load at or below this in the first week are left out, Mbit/s (default: 1)",
        HelpName = "N",
    };

    private DataOptions()
    {
    }

    internal static DataOptions AddTo(Command command)
    {
        var options = new DataOptions();
        command.Options.Add(options._data);
        command.Options.Add(options._topology);
        command.Options.Add(options._minLoad);
        return options;
    }

    /// <summary>The options that only traffic matrices have.</summary>
    internal IReadOnlyList<Option> OfNetworks => [_topology, _minLoad];

    /// <summary>The data files, all of which are there.</summary>
    internal IReadOnlyList<string> Files(ParseResult parsed)
    {
        var files = parsed.GetValue(_data) ?? [];
        foreach (var file in files.Append(parsed.GetValue(_topology)).OfType<string>())
        {
            if (!File.Exists(file))
            {
                throw new UsageException($"{file} is not there; expected a file.");
            }
        }

        return files;
    }

    /// <summary>What <c>--data</c> names, be it there or not.</summary>
    internal IReadOnlyList<string> Names(ParseResult parsed) => parsed.GetValue(_data) ?? [];

    /// <summary>Whether the data are traffic matrices.</summary>
    internal bool HasTopology(ParseResult parsed) => parsed.GetValue(_topology) is not null;

    /// <summary>The loads that the matrices put on the links of the topology.</summary>
    internal LinkLoads Loads(ParseResult parsed)
    {
        var files = Files(parsed);
        if (files.Count == 0)
        {
            throw new UsageException("--topology stands without --data; expected traffic matrices.");
        }

        return LinkLoads.FromTrafficMatrices(
            Topology(parsed.GetValue(_topology)!), files, parsed.GetValue(_minLoad) ?? LinkLoads.DefaultMinimumMeanLoad);
    }

    /// <summary>The topology of a file. Files number the nodes; those of the Abilene network have names.</summary>
    private static Topology Topology(string path)
    {
        var topology = TopologyFile.Read(path);
        var abilene = Simulation.Networks.Topology.AbileneLike();
        return Cables(topology).SetEquals(Cables(abilene)) ? TopologyFile.Read(path, abilene.Nodes) : topology;

        static HashSet<(int, int)> Cables(Topology network) => [.. network.Links.Select(link => (link.Source, link.Destination))];
    }
}
