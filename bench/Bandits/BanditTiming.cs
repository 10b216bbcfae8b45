namespace StreamLearn.Bench.Bandits;

/// <summary>What one run took and gave.</summary>
/// <param name="Rate">Rounds a second.</param>
/// <param name="ProcessorRate">Rounds a second of the process's time on processors.</param>
/// <param name="Regret">At the end.</param>
/// <param name="AllocatedPerRound">Bytes.</param>
internal readonly record struct BanditTiming(double Rate, double ProcessorRate, int Regret, double AllocatedPerRound);
