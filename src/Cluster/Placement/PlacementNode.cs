namespace StreamLearn.Cluster.Placement;

/// <summary>A node that may have shards of a pipeline, as the planner sees it.</summary>
/// <param name="Address">Its address, which ties are decided by.</param>
/// <param name="Capacity">Work that it can do at a time: threads, or GPUs; at least 1. Null: it has not reported.</param>
/// <param name="OtherLoad">Cost of what it has of other pipelines.</param>
/// <param name="Shards">The pipeline's shards that it has.</param>
internal sealed record PlacementNode(string Address, double? Capacity, double OtherLoad, IReadOnlyList<int> Shards);
