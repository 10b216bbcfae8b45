namespace StreamLearn.Streams.Kafka;

/// <summary>The Kafka client does not take a setting. The message is the client's, which names the setting.</summary>
public sealed class KafkaSettingsException(string message)
    : Exception($"streamlearn.kafka: {message.TrimEnd('.')}; expected settings that librdkafka knows.")
{
    /// <summary>Makes a client.</summary>
    /// <exception cref="KafkaSettingsException">It does not take a setting.</exception>
    internal static T Build<T>(Func<T> client)
    {
        try
        {
            return client();
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            throw new KafkaSettingsException(exception.Message);
        }
    }
}
