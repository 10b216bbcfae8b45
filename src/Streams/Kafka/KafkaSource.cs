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
    /// <para>Delivery: every record from the start offset on, in order for each partition; nothing is committed, so a consumer that starts
    /// again reads again.</para>
    /// <para>Back-pressure: a partition whose stream does not keep up is paused; the others go on. The consumer lives on a thread of its own,
    /// which polls all the time, so that a slow stream does not cost the membership in the group.</para>
    /// <para>Failure: a broker that is away is waited for. An error that the client calls fatal, and a setting that it does not know,
    /// fail the stream.</para>
    /// <para>Completes after <see cref="KafkaSourceControl.Stop"/>, when the streams of its partitions complete too, with what had been handed over to them.</para>
    /// </remarks>
    public static Source<PartitionEvent, KafkaSourceControl> Partitions(
        KafkaSettings settings, string topic, string group, StartOffset start, LostRecords lostRecords = LostRecords.Stop) =>
        Source.FromGraph(new KafkaSourceStage(settings, topic, group, start, lostRecords));
}
