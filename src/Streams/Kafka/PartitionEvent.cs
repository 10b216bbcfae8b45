namespace StreamLearn.Streams.Kafka;

/// <summary>What happens to the partitions that a consumer of a group has.</summary>
public abstract record PartitionEvent(string Topic, int Partition);
