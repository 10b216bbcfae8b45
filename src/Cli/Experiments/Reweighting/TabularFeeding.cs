namespace StreamLearn.Cli.Experiments.Reweighting;

/// <summary>What a mini-batch of 64 samples is made of.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="NewRows">Rows that have just come.</param>
/// <param name="ReplayedRows">Rows out of a reservoir of those before.</param>
internal sealed record TabularFeeding(string Name, int NewRows, int ReplayedRows)
{
    /// <summary>Both.</summary>
    internal static IReadOnlyList<TabularFeeding> All { get; } = [new("64 new rows", 64, 0), new("16 new rows, 48 replayed", 16, 48)];
}
