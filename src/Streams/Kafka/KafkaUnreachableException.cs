namespace StreamLearn.Streams.Kafka;

/// <summary>No broker answered in time. The message names the addresses.</summary>
public sealed class KafkaUnreachableException(string bootstrapServers, TimeSpan waited, string problem)
    : Exception($"Kafka at {bootstrapServers} did not answer within {waited.TotalSeconds:0.#} s: {problem}.");
