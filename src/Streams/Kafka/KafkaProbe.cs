using Confluent.Kafka;

namespace StreamLearn.Streams.Kafka;

/// <summary>Asks whether Kafka is there.</summary>
public static class KafkaProbe
{
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(2);

    /// <summary>Waits until a broker answers.</summary>
    /// <exception cref="KafkaUnreachableException">None did within <see cref="KafkaSettings.StartupTimeout"/>.</exception>
    /// <exception cref="KafkaSettingsException">The client does not take a setting.</exception>
    public static async Task WaitForBrokerAsync(KafkaSettings settings, TimeProvider time, CancellationToken cancellation = default)
    {
        var problem = "no answer";
        using (KafkaSettingsException.Build(() => new ConsumerBuilder<Ignore, Ignore>(settings.ConsumerConfig("probe")).SetLogHandler((_, _) => { }).Build()))
        {
            // Made to see whether the client takes the settings: a consumer that cannot be made later ends its pipeline.
        }

        using var admin = KafkaSettingsException.Build(() => new AdminClientBuilder(settings.AdminConfig())
            .SetErrorHandler((_, error) => problem = error.Reason)
            .SetLogHandler((_, _) => { })
            .Build());
        var started = time.GetTimestamp();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var left = settings.StartupTimeout - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                throw new KafkaUnreachableException(settings.BootstrapServers, settings.StartupTimeout, problem);
            }

            // The call blocks: it must not hold the caller's thread.
            var answered = await Task.Run(() => Answers(admin, left < Attempt ? left : Attempt, ref problem), cancellation).ConfigureAwait(false);
            if (answered)
            {
                return;
            }
        }
    }

    /// <summary>How many partitions a topic has; null: there is no such topic. Does not make it.</summary>
    /// <exception cref="KafkaUnreachableException">No broker answered within 2 s, or with an error.</exception>
    /// <exception cref="KafkaSettingsException">The client does not take a setting.</exception>
    public static Task<int?> PartitionCountAsync(KafkaSettings settings, string topic) => Task.Run(() =>
    {
        // Producers and admin clients have the brokers make topics that they ask for, consumers do not.
        using var consumer = KafkaSettingsException.Build(() => KafkaClients.Watermarks(settings));
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        try
        {
            var found = admin.GetMetadata(topic, Attempt).Topics.Single(found => found.Topic == topic);
            return found.Error.Code switch
            {
                ErrorCode.NoError => found.Partitions.Count,
                ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic => (int?)null,
                _ => throw new KafkaException(found.Error),
            };
        }
        catch (KafkaException exception)
        {
            throw new KafkaUnreachableException(settings.BootstrapServers, Attempt, exception.Error.Reason);
        }
    });

    private static bool Answers(IAdminClient admin, TimeSpan timeout, ref string problem)
    {
        try
        {
            return admin.GetMetadata(timeout).Brokers.Count > 0;
        }
        catch (KafkaException exception)
        {
            if (exception.Error.Code is not (ErrorCode.Local_Transport or ErrorCode.Local_TimedOut))
            {
                problem = exception.Error.Reason;
            }

            return false;
        }
    }
}
