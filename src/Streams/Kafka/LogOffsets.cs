using Confluent.Kafka;

namespace StreamLearn.Streams.Kafka;

/// <summary>Where the log of a partition starts and ends, each asked by itself.</summary>
/// <remarks>
/// librdkafka's query of both at once (2.16, <c>rd_kafka_query_watermark_offsets</c>) forgets that one of its two requests has failed
/// where the other's answer comes with it, and takes the log for empty: who starts or seeks by that leaves out all of it.
/// </remarks>
internal static class LogOffsets
{
    // Times that stand for the two ends, in Kafka's request for offsets.
    private const long Latest = -1;
    private const long Earliest = -2;

    /// <exception cref="KafkaException">No answer in time, or an error.</exception>
    internal static long Start(IConsumer<PayloadSlice, PayloadSlice> consumer, TopicPartition place, TimeSpan timeout) =>
        Ask(consumer, place, Earliest, timeout);

    /// <exception cref="KafkaException">No answer in time, or an error.</exception>
    internal static long End(IConsumer<PayloadSlice, PayloadSlice> consumer, TopicPartition place, TimeSpan timeout) =>
        Ask(consumer, place, Latest, timeout);

    private static long Ask(IConsumer<PayloadSlice, PayloadSlice> consumer, TopicPartition place, long time, TimeSpan timeout)
    {
        var answer = consumer.OffsetsForTimes(
            [new TopicPartitionTimestamp(place, new Timestamp(time, TimestampType.CreateTime))], timeout)[0].Offset;
        return answer.IsSpecial ? throw new KafkaException(ErrorCode.OffsetNotAvailable) : answer.Value;
    }
}
