using StreamLearn.Actors.Checkpoints;

namespace StreamLearn.Actors.Ingest;

/// <summary>Where an ingest starts in a partition that it has taken.</summary>
/// <param name="Owner">What its messages and saves name.</param>
/// <param name="Cursor">The stored cursor; a new one where there was none.</param>
/// <param name="Before">The stored cursor before it; null: there is none.</param>
/// <param name="OutputsFrom">Offset of the first record whose outputs are to be written.</param>
/// <param name="IsStored">Whether the cursor was stored by whoever had the partition before: the group may not have heard of it, for it takes no offsets while it
/// shares out.</param>
internal sealed record PartitionPosition(long Owner, PartitionCursor Cursor, PartitionCursor? Before, long OutputsFrom, bool IsStored = false);
