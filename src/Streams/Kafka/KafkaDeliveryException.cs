namespace StreamLearn.Streams.Kafka;

/// <summary>The brokers refused a record. The message names the topic and the brokers' reason.</summary>
public sealed class KafkaDeliveryException(string topic, string reason) : Exception($"Kafka topic {topic} refused a record: {reason}.");
