namespace StreamLearn.Cli.Experiments.Reweighting;

/// <summary>On what the experiment runs, and how often.</summary>
internal sealed record ReweightingStudySettings
{
    /// <summary>Folder of the shared data.</summary>
    internal required string Folder { get; init; }

    /// <summary>How many seeds; null: as many as a part has by default.</summary>
    internal int? Seeds { get; init; }

    /// <summary>The first of them.</summary>
    internal ulong FirstSeed { get; init; } = 1;

    /// <summary>Bytes of text of a run of the language model, nearly.</summary>
    internal long TextBytes { get; init; } = 1_000_000;

    /// <summary>A loss to choose a step size by: one that is no number is the worst there is.</summary>
    internal static double Worst(double loss) => double.IsNaN(loss) ? double.PositiveInfinity : loss;

    /// <summary>The seeds of a part.</summary>
    internal int SeedsOf(IReweightingStudy study) => Seeds ?? study.DefaultSeeds;
}
