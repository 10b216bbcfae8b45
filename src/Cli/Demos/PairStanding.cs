using StreamLearn.Simulation.Bandits;

namespace StreamLearn.Cli.Demos;

/// <summary>How the choices of a pair stand.</summary>
/// <param name="Pair">Key of the pair.</param>
/// <param name="Regret">Expected costs of all choices so far.</param>
/// <param name="BestFixed">Place of the path that would have been best for all of them.</param>
/// <param name="LastCost">Mean cost of the last choices (<see cref="CostWindow"/>).</param>
/// <param name="LastBestCost">Mean cost of the best ones that there were then.</param>
/// <param name="IsHit">Whether the cable that is down is on one of its paths.</param>
internal sealed record PairStanding(string Pair, RegretTotals Regret, int BestFixed, double LastCost, double LastBestCost, bool IsHit);
