namespace StreamLearn.Actors.Checkpoints;

/// <summary>A bucket that was taken over.</summary>
/// <param name="Writer">What saves must name; larger than what anyone before got.</param>
/// <param name="Stored">Its newest undamaged generation; null: there is none.</param>
/// <param name="Damage">What was wrong with newer generations that were passed over, the newest first: for the log.</param>
public sealed record TakenBucket(long Writer, StoredBucket? Stored, IReadOnlyList<string> Damage);
