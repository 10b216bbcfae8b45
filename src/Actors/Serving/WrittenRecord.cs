namespace StreamLearn.Actors.Serving;

/// <summary>Where a record is that was sent to be learned from.</summary>
/// <param name="Topic">The topic that the pipeline learns from.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset there.</param>
public sealed record WrittenRecord(string Topic, int Partition, long Offset);
