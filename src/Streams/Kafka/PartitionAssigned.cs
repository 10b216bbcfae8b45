using Akka;
using Akka.Streams.Dsl;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Kafka;

/// <summary>The consumer has got a partition. It is not read before <see cref="PartitionControl.Seek"/>.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Partition">Its number.</param>
/// <param name="Records">Its records in order; to be run once. It completes when the partition is revoked or the source is stopped.
/// A partition whose records are not asked for is paused.</param>
/// <param name="Control">What its owner may ask of the consumer.</param>
public sealed record PartitionAssigned(string Topic, int Partition, Source<RecordBatch, NotUsed> Records, PartitionControl Control)
    : PartitionEvent(Topic, Partition);
