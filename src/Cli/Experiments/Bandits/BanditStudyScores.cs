using StreamLearn.Simulation.Bandits.Tabular;

namespace StreamLearn.Cli.Experiments.Bandits;

/// <summary>All rows on one set.</summary>
/// <param name="Set">The set.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Features">Features of each.</param>
/// <param name="Actions">Its labels.</param>
/// <param name="Rounds">Rounds of each run.</param>
/// <param name="Runs">In the order of the contenders; null: left out.</param>
internal sealed record BanditStudyScores(BanditStudySet Set, int Rows, int Features, int Actions, int Rounds, IReadOnlyList<BanditRuns?> Runs)
{
    /// <summary>What is to be beaten: the smallest mean regret of Vowpal Wabbit, where it was measured over as many rounds; else null.</summary>
    internal int? Bar => VowpalWabbit.Knows(Set.Name) && Rounds == Math.Min(VowpalWabbit.Rounds, Rows) ? VowpalWabbit.Best(Set.Name) : null;
}
