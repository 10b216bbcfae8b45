namespace StreamLearn.Streams.Kafka;

/// <summary>The consumer no longer has a partition.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Partition">Its number.</param>
/// <param name="Lost">Whether another consumer may already have it: then nothing may be written for it any more.</param>
public sealed record PartitionRevoked(string Topic, int Partition, bool Lost) : PartitionEvent(Topic, Partition);
