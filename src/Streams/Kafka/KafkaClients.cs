using Confluent.Kafka;

namespace StreamLearn.Streams.Kafka;

/// <summary>Clients for looking at topics from outside.</summary>
public static class KafkaClients
{
    /// <summary>A consumer that reads nothing and belongs to no group: for asking how long partitions are.</summary>
    public static IConsumer<Ignore, Ignore> Watermarks(KafkaSettings settings) =>
        new ConsumerBuilder<Ignore, Ignore>(settings.ConsumerConfig("streamlearn-watermarks"))
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, _) => { })
            .Build();
}
