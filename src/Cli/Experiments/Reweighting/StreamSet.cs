namespace StreamLearn.Cli.Experiments.Reweighting;

/// <summary>A tabular set as a stream to classify.</summary>
/// <param name="Name">Its file is NAME.csv.gz.</param>
/// <param name="Drifts">Whether its own order is kept, because it drifts; else each seed has an order of its own.</param>
/// <param name="DriftEvery">Rows between two drifts that are known; 0: none is.</param>
internal sealed record StreamSet(string Name, bool Drifts = false, int DriftEvery = 0)
{
    /// <summary>Sets without drift, on which labels are made wrong: those with at least 5,000 rows, for a few dozen mini-batches are no schedule.</summary>
    internal static IReadOnlyList<StreamSet> Steady { get; } =
        [new("mushroom"), new("pendigits"), new("optdigits"), new("letter"), new("phishing"), new("adult")];

    /// <summary>Sets that drift, long enough for some hundred mini-batches; the labels of sea are wrong in one row of ten as it is.</summary>
    internal static IReadOnlyList<StreamSet> Drifting { get; } =
        [new("elec2", true), new("sea", true, 12_500), new("powersupply", true)];

    /// <summary>Rows after a drift that count as just after it.</summary>
    internal int AfterDrift => DriftEvery / 10;
}
