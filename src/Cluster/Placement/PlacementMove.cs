namespace StreamLearn.Cluster.Placement;

/// <summary>A shard that is to go to another node.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="From">Address of the node that has it.</param>
/// <param name="To">Address of the node that is to have it.</param>
internal readonly record struct PlacementMove(int Shard, string From, string To);
