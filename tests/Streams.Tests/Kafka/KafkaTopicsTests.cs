using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Streams.Tests.Kafka;

public sealed class KafkaTopicsTests
{
    [Fact]
    public void Given_a_topic_that_keeps_all_When_it_is_described_Then_neither_time_nor_size_deletes_anything_and_others_are_as_the_brokers_have_them()
    {
        var kept = KafkaTopics.Specification("offers.contributions", 1, keepsAll: true);

        Assert.Equal(("offers.contributions", 1, (short)-1), (kept.Name, kept.NumPartitions, kept.ReplicationFactor));
        Assert.Equal(
            [("cleanup.policy", "delete"), ("retention.bytes", "-1"), ("retention.ms", "-1")],
            kept.Configs.Select(setting => (setting.Key, setting.Value)).Order());
        Assert.Null(KafkaTopics.Specification("offers.events", 3, keepsAll: false).Configs);
    }

    [Fact]
    public async Task Given_a_topic_that_is_there_When_it_is_ensured_Then_it_is_left_as_it_is()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("there", 3);

        Assert.Equal(3, await KafkaTopics.EnsureAsync(new KafkaSettings { BootstrapServers = kafka.BootstrapServers }, "there", 1, keepsAll: true));
    }
}
