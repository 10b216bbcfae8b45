namespace StreamLearn.Actors.Checkpoints;

/// <summary>A partition that was taken over.</summary>
/// <param name="Owner">What saves must name, and what its chunks carry; larger than what anyone before got.</param>
/// <param name="Cursor">Its newest undamaged cursor; null: there is none.</param>
/// <param name="Before">The undamaged cursor before that; null: there is none.</param>
/// <param name="Damage">What was wrong with a newer cursor that was passed over: for the log.</param>
public sealed record TakenPartition(long Owner, PartitionCursor? Cursor, PartitionCursor? Before, IReadOnlyList<string> Damage);
