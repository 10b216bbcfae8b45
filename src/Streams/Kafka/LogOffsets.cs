using Confluent.Kafka;

namespace StreamLearn.Streams.Kafka;

/// <summary>Where the log of a partition starts and ends, each asked by itself.</summary>
/// <remarks>
/// librdkafka's query of both at once (2.16, <c>rd_kafka_query_watermark_offsets</c>) forgets that one of its two requests has failed
/// where the other's answer comes with it, and takes the log for empty: who starts or seeks by that leaves out all of it.
/// </remarks>
public static class LogOffsets
{
    // Times that stand for the two ends, in Kafka's request for offsets.
    private const long Latest = -1;
    private const long Earliest = -2;

    /// <summary>Offset of the first record that the log of a partition still has.</summary>
    /// <exception cref="KafkaException">No answer in time, or an error.</exception>
    public static long Start<TKey, TValue>(IConsumer<TKey, TValue> consumer, TopicPartition place, TimeSpan timeout) =>
        Ask(consumer, place, Earliest, timeout);

    /// <summary>Offset that the next record of a partition will get.</summary>
    /// <exception cref="KafkaException">No answer in time, or an error.</exception>
    public static long End<TKey, TValue>(IConsumer<TKey, TValue> consumer, TopicPartition place, TimeSpan timeout) =>
        Ask(consumer, place, Latest, timeout);

    private static long Ask<TKey, TValue>(IConsumer<TKey, TValue> consumer, TopicPartition place, long time, TimeSpan timeout)
    {
        var answer = consumer.OffsetsForTimes(
            [new TopicPartitionTimestamp(place, new Timestamp(time, TimestampType.CreateTime))], timeout)[0].Offset;
        return answer.IsSpecial ? throw new KafkaException(ErrorCode.OffsetNotAvailable) : answer.Value;
    }
}
