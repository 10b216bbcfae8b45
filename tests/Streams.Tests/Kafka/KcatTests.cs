using System.Diagnostics;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Streams.Tests.Kafka;

/// <summary>That the embedded cluster speaks Kafka, and not only to its own library: kcat brings another version of it.</summary>
public class KcatTests
{
    private const string Topic = "link-load";

    [KcatFact]
    public async Task Given_records_that_we_produced_When_kcat_reads_them_Then_it_gets_keys_values_and_offsets()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 2);
        using var producer = kafka.Producer();
        await producer.Send(Topic, partition: 1, "0.5", key: "north");
        await producer.Send(Topic, partition: 1, "0.7", key: "south");

        var output = await Kcat(kafka, "", "-C", "-q", "-e", "-t", Topic, "-p", "1", "-o", "beginning", "-f", "%p %o %k %s\n");

        Assert.Equal("1 0 north 0.5\n1 1 south 0.7\n", output);
    }

    [KcatFact]
    public async Task Given_records_that_kcat_produced_When_we_read_them_Then_keys_and_values_are_the_same()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 2);

        await Kcat(kafka, "north:0.5\nsouth:0.7\n", "-P", "-t", Topic, "-p", "1", "-K", ":");

        using var consumer = kafka.Consumer();
        consumer.Assign(new Confluent.Kafka.TopicPartitionOffset(Topic, 1, 0));
        Assert.Equal(
            [("north", "0.5"), ("south", "0.7")],
            consumer.Read(expected: 2, "reading what kcat wrote").Select(record => (record.Message.Key, record.Message.Value)));
    }

    [KcatFact]
    public async Task Given_a_cluster_When_kcat_lists_it_Then_brokers_and_partitions_are_those_we_made()
    {
        using var kafka = EmbeddedKafka.Start(brokers: 2);
        kafka.CreateTopic(Topic, partitions: 3);

        var output = await Kcat(kafka, "", "-L");

        Assert.Contains("2 brokers", output, StringComparison.Ordinal);
        Assert.Contains($"topic \"{Topic}\" with 3 partitions", output, StringComparison.Ordinal);
    }

    private static async Task<string> Kcat(EmbeddedKafka kafka, string input, params string[] arguments)
    {
        using var kcat = new Process
        {
            StartInfo = new ProcessStartInfo("kcat", ["-b", kafka.BootstrapServers, .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        kcat.Start();
        var output = kcat.StandardOutput.ReadToEndAsync();
        var errors = kcat.StandardError.ReadToEndAsync();
        await kcat.StandardInput.WriteAsync(input);
        kcat.StandardInput.Close();
        using var patience = new CancellationTokenSource(KafkaClients.Patience);
        try
        {
            await kcat.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            kcat.Kill();
            Assert.Fail(
                $"kcat {string.Join(' ', arguments)}: expected its end within {KafkaClients.Patience.TotalSeconds} s, "
                + $"got: {await output}{await errors}");
        }
        Assert.True(kcat.ExitCode == 0, $"kcat {string.Join(' ', arguments)}: expected exit code 0, got {kcat.ExitCode}: {await errors}");
        return await output;
    }
}
