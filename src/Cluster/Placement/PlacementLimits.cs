namespace StreamLearn.Cluster.Placement;

/// <summary>How much the planner may move, and when it begins to.</summary>
/// <param name="Threshold">Difference of two nodes' relative loads, as a share of the mean, above which shards move; at least 0.</param>
/// <param name="MostMoves">Shards that move at a time, at most; 0: a tenth of them, at least one.</param>
internal readonly record struct PlacementLimits(double Threshold, int MostMoves)
{
    internal int MovesOf(int shards) => MostMoves > 0 ? MostMoves : Math.Max(1, shards / 10);
}
