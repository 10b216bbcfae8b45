using System.Text;
using StreamLearn.Cli.Chaos;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Cli.Tests.Chaos;

public sealed class DrillReaderTests
{
    private const string Predictions = "drill.predictions";

    [Fact]
    public async Task Given_records_and_outputs_when_they_are_counted_then_missing_repeated_and_unequal_ones_are_told_apart()
    {
        using var kafka = Start();
        var settings = new KafkaSettings { BootstrapServers = kafka.BootstrapServers };
        using var log = new DrillLog(settings, TimeProvider.System);
        await using var reader = new ForecastReader(settings, 100, TimeProvider.System);
        await SendAsync(settings, "drill", "{}", "{}", "{}", "{}", "bad");
        await reader.CatchUpAsync(log, CancellationToken.None);
        Assert.Equal((5, 0, -1), (reader.Records[3], reader.Outputs, reader.NewestAnswered[3]));

        await SendAsync(settings, Predictions, "a", "b", "c");
        await reader.CatchUpAsync(log, CancellationToken.None);
        Assert.Equal(2, reader.NewestAnswered[3]);
        reader.Mark();
        await SendAsync(settings, Predictions, "a", "x");
        await reader.CatchUpAsync(log, CancellationToken.None);
        Assert.Equal(1, reader.NewestAnswered[3]);

        var findings = new DrillFindings();
        var produced = reader.Count(findings);

        Assert.Equal((5L, 2L, 2L, 1L), (findings.Records, findings.OutputsMissing, findings.OutputsRepeated, findings.OutputsUnequal));
        Assert.Equal(("key", 4L), (Assert.Single(produced).Key, produced["key"]));
    }

    /// <summary>Regression: outputs that the broker no longer had when the drill ended were counted as missing.</summary>
    [Fact]
    public async Task Given_outputs_that_retention_took_when_they_are_to_be_read_then_the_drill_says_so()
    {
        using var kafka = Start();
        var settings = new KafkaSettings { BootstrapServers = kafka.BootstrapServers };
        using var log = new DrillLog(settings, TimeProvider.System);
        await SendAsync(settings, Predictions, "a");
        await SendAsync(settings, Predictions, "b");
        kafka.DeleteRecordsBefore(Predictions, 3, 1);
        await using var reader = new ForecastReader(settings, 100, TimeProvider.System);

        var stopped = await Assert.ThrowsAsync<DrillException>(() => reader.CatchUpAsync(log, CancellationToken.None));

        Assert.Contains("retention took", stopped.Message, StringComparison.Ordinal);
        Assert.Throws<DrillException>(() => reader.Count(new DrillFindings()));
    }

    [Fact]
    public async Task Given_a_reader_that_holds_and_a_broker_that_was_away_when_it_resumes_then_it_goes_on_where_it_was()
    {
        using var kafka = Start();
        var settings = new KafkaSettings { BootstrapServers = kafka.BootstrapServers };
        using var log = new DrillLog(settings, TimeProvider.System);
        await using var reader = new ForecastReader(settings, 100, TimeProvider.System);
        await SendAsync(settings, "drill", "{}", "{}");
        await reader.CatchUpAsync(log, CancellationToken.None);
        await reader.HoldAsync(CancellationToken.None);
        await SendAsync(settings, "drill", "{}");
        Assert.Equal(2, reader.Records[3]);
        kafka.BrokerDown(1);
        kafka.BrokerUp(1);

        reader.Resume();
        await reader.CatchUpAsync(log, CancellationToken.None);

        Assert.Equal(3, reader.Records[3]);
    }

    private static EmbeddedKafka Start()
    {
        var kafka = EmbeddedKafka.Start();
        foreach (var topic in (string[])["drill", Predictions, "drill.dead-letter"])
        {
            kafka.CreateTopic(topic, DrillStage.Partitions);
        }

        return kafka;
    }

    /// <summary>Writes values that come of records 0, 1, ... of partition 3, to partition 3.</summary>
    private static async Task SendAsync(KafkaSettings settings, string topic, params string[] values)
    {
        using var producer = new KafkaBatchProducer(settings, _ => { });
        await producer.SendAsync(new OutputBatch(
            topic,
            [.. values.Select((value, i) => new OutputRecord("key"u8.ToArray(), Encoding.UTF8.GetBytes(value), i, Partition: 3))],
            new RecordOrigin("drill", 3)));
    }
}
