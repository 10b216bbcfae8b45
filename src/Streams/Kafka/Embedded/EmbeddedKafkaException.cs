using Confluent.Kafka;

namespace StreamLearn.Streams.Kafka.Embedded;

/// <summary>The embedded cluster refused what it was asked for; the message ends in librdkafka's own text.</summary>
public sealed class EmbeddedKafkaException : Exception
{
    internal EmbeddedKafkaException(string attempt, string reason, ErrorCode code) : base($"{attempt} failed: {reason}") => Code = code;

    /// <summary>librdkafka's error code.</summary>
    public ErrorCode Code { get; }
}
