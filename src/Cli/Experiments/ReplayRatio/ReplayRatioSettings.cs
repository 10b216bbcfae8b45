namespace StreamLearn.Cli.Experiments.ReplayRatio;

/// <summary>On what the experiment runs, how long, and with what networks.</summary>
internal sealed record ReplayRatioSettings
{
    /// <summary>Checks of the adaptive ratio in a run, and points of its curves.</summary>
    internal const int Intervals = 20;

    /// <summary>The worlds.</summary>
    internal required IReadOnlyList<string> Worlds { get; init; }

    /// <summary>Agent steps of a run.</summary>
    internal int Steps { get; init; } = 200_000;

    /// <summary>How many seeds, of worlds and learners.</summary>
    internal int Seeds { get; init; } = 5;

    /// <summary>The first of them.</summary>
    internal ulong FirstSeed { get; init; } = 1;

    /// <summary>Width of both hidden layers.</summary>
    internal int Hidden { get; init; } = 64;

    /// <summary>Windows of an update.</summary>
    internal int Batch { get; init; } = 64;

    /// <summary>Step size of Adam, of all arms alike.</summary>
    internal double LearningRate { get; init; } = 3e-4;

    /// <summary>Episodes without noise at the end of each interval.</summary>
    internal int TestEpisodes { get; init; } = 3;

    /// <summary>Runs at once.</summary>
    internal int Parallel { get; init; } = Environment.ProcessorCount;

    /// <summary>Agent steps of an interval.</summary>
    internal int Interval => Math.Max(1, Steps / Intervals);
}
