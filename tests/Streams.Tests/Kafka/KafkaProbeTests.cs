using System.Diagnostics;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Streams.Tests.Kafka;

public class KafkaProbeTests
{
    private static readonly Dictionary<string, string> Quick = new() { ["reconnect.backoff.ms"] = "20", ["reconnect.backoff.max.ms"] = "100" };

    [Fact]
    public async Task Given_a_broker_When_it_is_waited_for_Then_the_wait_ends()
    {
        using var kafka = EmbeddedKafka.Start();

        await KafkaProbe.WaitForBrokerAsync(Settings(kafka.BootstrapServers, TimeSpan.FromSeconds(10)), TimeProvider.System)
            .Within("waiting for a broker", "an answer");
    }

    [Fact]
    public async Task Given_a_broker_that_comes_later_When_it_is_waited_for_Then_the_wait_ends()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.BrokerDown(1);

        var waiting = KafkaProbe.WaitForBrokerAsync(Settings(kafka.BootstrapServers, Waits.Patience), TimeProvider.System);
        Assert.False(waiting.IsCompleted);
        kafka.BrokerUp(1);

        await waiting.Within("waiting for a broker that came up", "an answer");
    }

    [Fact]
    public async Task Given_no_broker_When_it_is_waited_for_Then_the_failure_names_address_and_time_and_comes_in_time()
    {
        string address;
        using (var kafka = EmbeddedKafka.Start())
        {
            address = kafka.BootstrapServers;
        }

        var started = Stopwatch.GetTimestamp();
        var failure = await Assert.ThrowsAsync<KafkaUnreachableException>(
            () => KafkaProbe.WaitForBrokerAsync(Settings(address, TimeSpan.FromSeconds(2)), TimeProvider.System)
                .Within("waiting for nobody", "a failure"));

        Assert.Contains(address, failure.Message, StringComparison.Ordinal);
        Assert.Contains("2 s", failure.Message, StringComparison.Ordinal);
        Assert.Contains("refused", failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Given_a_wait_When_it_is_cancelled_Then_it_ends()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.BrokerDown(1);
        using var cancellation = new CancellationTokenSource();
        var waiting = KafkaProbe.WaitForBrokerAsync(Settings(kafka.BootstrapServers, TimeSpan.FromMinutes(5)), TimeProvider.System, cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Within("cancelling", "the end of the wait"));
    }

    [Fact]
    public async Task Given_a_setting_that_the_client_does_not_take_When_a_broker_is_waited_for_Then_the_failure_names_it()
    {
        var settings = new KafkaSettings { BootstrapServers = "127.0.0.1:9", Client = new Dictionary<string, string> { ["no.such.setting"] = "1" } };

        var failure = await Assert.ThrowsAsync<KafkaSettingsException>(() => KafkaProbe.WaitForBrokerAsync(settings, TimeProvider.System));

        Assert.Contains("no.such.setting", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_topics_when_their_partitions_are_counted_then_one_that_is_not_there_has_none_and_is_not_made()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("link-load", partitions: 3);
        var settings = Settings(kafka.BootstrapServers, Waits.Patience);

        Assert.Equal(3, await KafkaProbe.PartitionCountAsync(settings, "link-load").Within("counting", "an answer"));
        Assert.Null(await KafkaProbe.PartitionCountAsync(settings, "nobody").Within("counting", "an answer"));
        Assert.Null(await KafkaProbe.PartitionCountAsync(settings, "nobody").Within("counting again", "an answer"));
    }

    [Fact]
    public async Task Given_no_broker_when_partitions_are_counted_then_the_failure_names_the_address()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.BrokerDown(1);

        var failure = await Assert.ThrowsAsync<KafkaUnreachableException>(
            () => KafkaProbe.PartitionCountAsync(Settings(kafka.BootstrapServers, Waits.Patience), "link-load")
                .Within("counting", "a failure"));

        Assert.Contains(kafka.BootstrapServers, failure.Message, StringComparison.Ordinal);
    }

    private static KafkaSettings Settings(string address, TimeSpan startupTimeout) =>
        new() { BootstrapServers = address, StartupTimeout = startupTimeout, Client = Quick };
}
