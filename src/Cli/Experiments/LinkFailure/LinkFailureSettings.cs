namespace StreamLearn.Cli.Experiments.LinkFailure;

/// <summary>What the experiment runs on.</summary>
internal sealed record LinkFailureSettings
{
    /// <summary>european or abilene (simulated demands), or abilene-measured (two measured weeks).</summary>
    internal required string Topology { get; init; }

    /// <summary>Files of measured traffic matrices; empty: simulated ones.</summary>
    internal IReadOnlyList<string> Demands { get; init; } = [];

    /// <summary>Topology of the measured matrices; empty: a built-in one.</summary>
    internal string TopologyFile { get; init; } = "";

    /// <summary>First of the seeds: of demands, failures and learners.</summary>
    internal ulong FirstSeed { get; init; } = 1;

    /// <summary>How many seeds.</summary>
    internal int Seeds { get; init; } = 5;

    /// <summary>Failures for each seed, at different hours.</summary>
    internal int Failures { get; init; } = 4;

    /// <summary>Pairs of failure and link that are looked at in each class and seed, at most.</summary>
    internal int PairsPerClass { get; init; } = 12;

    /// <summary>Days without failure.</summary>
    internal int DaysBefore { get; init; } = 14;

    /// <summary>Days from the failure on.</summary>
    internal int DaysAfter { get; init; } = 7;

    /// <summary>Share of its capacity above which a link's load is to be announced, within the furthest horizon.</summary>
    internal double AlertAbove { get; init; } = 0.8;

    /// <summary>An alert is raised where that has this probability.</summary>
    internal double AlertProbability { get; init; } = 0.5;

    /// <summary>Names of the models; empty: all.</summary>
    internal IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>The network, for titles.</summary>
    internal string Title => Demands.Count > 0 ? $"{Network}, measured demands" : $"{Network}, simulated demands";

    /// <summary>Name of the network.</summary>
    internal string Network => TopologyFile.Length > 0 ? Path.GetFileNameWithoutExtension(TopologyFile) : Topology;

    /// <summary>Threads.</summary>
    internal int Threads { get; init; } = Environment.ProcessorCount;
}
