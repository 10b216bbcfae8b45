namespace StreamLearn.Cli.Experiments.Bandits;

/// <summary>What the experiment runs on.</summary>
internal sealed record BanditStudySettings
{
    /// <summary>Folder of the tabular files.</summary>
    internal required string Folder { get; init; }

    /// <summary>How many seeds: of the order of rows, of what is drawn, of the learners.</summary>
    internal int Seeds { get; init; } = 5;

    /// <summary>The first of them.</summary>
    internal ulong FirstSeed { get; init; } = 1;

    /// <summary>Rounds, where a set has as many rows.</summary>
    internal int Rounds { get; init; } = 10_000;

    /// <summary>Whether the extra sets are run too.</summary>
    internal bool WithExtra { get; init; }

    /// <summary>Names of the sets; empty: all.</summary>
    internal IReadOnlyList<string> Sets { get; init; } = [];

    /// <summary>Names of the rows; empty: all.</summary>
    internal IReadOnlyList<string> Learners { get; init; } = [];
}
