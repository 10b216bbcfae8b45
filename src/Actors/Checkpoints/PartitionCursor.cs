namespace StreamLearn.Actors.Checkpoints;

/// <summary>An ingest's durable position in a partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="First">Offset where the pipeline's reading began: nothing before it is ever asked for.</param>
/// <param name="Next">Offset of the record to be read next.</param>
/// <param name="SentUpTo">For each bucket the last offset sent to it; -1: never sent.</param>
/// <param name="Saved">When it was made.</param>
public sealed record PartitionCursor(int Partition, long First, long Next, IReadOnlyList<long> SentUpTo, DateTimeOffset Saved);
