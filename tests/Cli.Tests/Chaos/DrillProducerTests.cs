using System.Globalization;
using System.Text;
using StreamLearn.Cli.Chaos;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Cli.Tests.Chaos;

public sealed class DrillProducerTests
{
    [Fact]
    public async Task Given_records_from_a_number_on_when_they_are_written_then_it_tells_of_those_that_are_there_to_the_last()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("t", DrillStage.Partitions);
        var settings = new KafkaSettings { BootstrapServers = kafka.BootstrapServers };
        using var log = new DrillLog(settings, TimeProvider.System);
        using var producer = new KafkaBatchProducer(settings, _ => { });
        var told = new List<int>();

        await new DrillProducer(producer, "t", Record, TimeProvider.System).WriteAsync(
            250, 1730, () => double.PositiveInfinity, told.Add, CancellationToken.None);

        Assert.Equal(1480, (await log.EndsAsync("t", CancellationToken.None)).Sum());
        Assert.Equal(1730, told[^1]);
        Assert.Equal(told.Order(), told);
    }

    [Fact]
    public async Task Given_a_broker_that_is_away_when_records_are_written_then_none_is_told_of()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("t", DrillStage.Partitions);
        kafka.BrokerDown(1);
        using var producer = new KafkaBatchProducer(new KafkaSettings { BootstrapServers = kafka.BootstrapServers }, _ => { });
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var told = new List<int>();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new DrillProducer(producer, "t", Record, TimeProvider.System).WriteAsync(
            0, 100, () => double.PositiveInfinity, told.Add, patience.Token));

        Assert.Empty(told);
        kafka.BrokerUp(1);
    }

    private static OutputRecord Record(int number) => new(null, Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
}
