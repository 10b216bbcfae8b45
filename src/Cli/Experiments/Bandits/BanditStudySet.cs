using StreamLearn.Simulation.Bandits.Tabular;

namespace StreamLearn.Cli.Experiments.Bandits;

/// <summary>A data set of the experiment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Group">What it was used for.</param>
/// <param name="Make">Makes it; null: it is read from the folder.</param>
internal sealed record BanditStudySet(string Name, BanditSetGroup Group, Func<TabularData>? Make = null)
{
    /// <summary>All of them, in the order of the tables.</summary>
    internal static readonly IReadOnlyList<BanditStudySet> All =
    [
        .. new[] { "mushroom", "shuttle", "letter", "adult", "pendigits" }.Select(name => new BanditStudySet(name, BanditSetGroup.HeldOut)),
        .. new[] { "optdigits", "segment", "vehicle" }.Select(name => new BanditStudySet(name, BanditSetGroup.Development)),
        new("blobs", BanditSetGroup.Development, () => SyntheticSets.Blobs()),
        new("xor", BanditSetGroup.Development, () => SyntheticSets.Xor()),
        new("skew", BanditSetGroup.Development, () => SyntheticSets.Skew()),
        .. new[] { "phishing", "mnist10k" }.Select(name => new BanditStudySet(name, BanditSetGroup.Extra)),
    ];

    /// <summary>Its file in a folder.</summary>
    internal string FileIn(string folder) => Path.Combine(folder, $"{Name}.csv.gz");
}
