using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StreamLearn.Streams.Kafka;

/// <summary>Makes topics.</summary>
public static class KafkaTopics
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Makes a topic, if it is not there. Brokers that know no such request make it when it is first asked for, with as many
    /// partitions as they think fit.</summary>
    /// <param name="settings">How to reach the brokers.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="partitions">Partitions of a new one.</param>
    /// <param name="keepsAll">Whether a new one keeps its records for ever, whatever is usual at the brokers.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>How many partitions it has.</returns>
    /// <exception cref="KafkaUnreachableException">No broker answered, or none made it.</exception>
    public static async Task<int> EnsureAsync(
        KafkaSettings settings, string topic, int partitions, bool keepsAll = false, CancellationToken cancellation = default)
    {
        if (await KafkaProbe.PartitionCountAsync(settings, topic).ConfigureAwait(false) is { } there)
        {
            return there;
        }

        var problem = "the topic is not there";
        using (var admin = new AdminClientBuilder(settings.AdminConfig()).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build())
        {
            try
            {
                await admin.CreateTopicsAsync(
                    [Specification(topic, partitions, keepsAll)],
                    new CreateTopicsOptions { RequestTimeout = Timeout, OperationTimeout = Timeout }).WaitAsync(cancellation).ConfigureAwait(false);
            }
            catch (KafkaException exception)
            {
                problem = exception.Error.Reason;
                await Task.Run(() => admin.GetMetadata(topic, Timeout), cancellation).ConfigureAwait(false);
            }
        }

        return await KafkaProbe.PartitionCountAsync(settings, topic).ConfigureAwait(false)
            ?? throw new KafkaUnreachableException(settings.BootstrapServers, Timeout, $"topic {topic} could not be made: {problem}");
    }

    /// <summary>What a new topic is to be; what it does not say is the brokers' default.</summary>
    internal static TopicSpecification Specification(string topic, int partitions, bool keepsAll) => new()
    {
        Name = topic,
        NumPartitions = partitions,
        ReplicationFactor = -1,
        Configs = keepsAll
            ? new Dictionary<string, string> { ["cleanup.policy"] = "delete", ["retention.ms"] = "-1", ["retention.bytes"] = "-1" }
            : null,
    };
}
