using Akka;
using Akka.Streams.Dsl;

namespace StreamLearn.Streams.Kafka;

/// <summary>Sources of records on Kafka topics.</summary>
public static class KafkaSource
{
    /// <summary>
    /// The partitions of a topic that a consumer of a group is given, each with its own stream of record batches.
    /// </summary>
    /// <remarks>
    /// <para>Delivery: of each partition every record from where its owner says on (<see cref="PartitionControl.Seek"/>), in order. The
    /// source commits nothing by itself: what is read again after a restart is up to the owner.</para>
    /// <para>Back-pressure: a partition whose stream does not keep up is paused; the others go on. The consumer lives on a thread of its
    /// own, which polls all the time, so that a slow stream does not cost the membership in the group.</para>
    /// <para>Revocation: the streams of the partitions complete, and the consumer lets go when their owners have released them
    /// (<see cref="PartitionControl.Release"/>), at the latest after <see cref="KafkaSettings.RevokeTimeout"/>. A source that is stopped
    /// gives its partitions up in the same way; one that has failed does not wait.</para>
    /// <para>Failure: a broker that is away is waited for. An error that the client calls fatal, and a setting that it does not know,
    /// fail the stream.</para>
    /// <para>Completes after <see cref="KafkaSourceControl.Stop"/>, when the streams of its partitions complete too, with what had been
    /// handed over to them.</para>
    /// </remarks>
    public static Source<PartitionEvent, KafkaSourceControl> Partitions(
        KafkaSettings settings, string topic, string group, StartOffset start, LostRecords lostRecords = LostRecords.Stop) =>
        Source.FromGraph(new KafkaSourceStage(settings, topic, group, start, lostRecords));
}
