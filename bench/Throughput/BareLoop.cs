using Confluent.Kafka;
using StreamLearn.Bench.Programs;

namespace StreamLearn.Bench.Throughput;

/// <summary>What a user would write without us: consume a record, produce its value, until all are delivered. Client settings are those of the pipeline.</summary>
internal static class BareLoop
{
    internal static Task<Measurement> MeasureAsync(string bootstrapServers, int round) => Task.Factory.StartNew(
        () => Measure(bootstrapServers, round), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    internal static IEnumerable<string> Outputs(int round) => [$"bare-{round}", $"bare-{round}.connect"];

    private static Measurement Measure(string bootstrapServers, int round)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = $"bare-{round}",
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            FetchWaitMaxMs = 100,
            ConsumeResultFields = "timestamp",
        }).Build();
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = bootstrapServers,
            EnableIdempotence = true,
            LingerMs = 5,
            DeliveryReportFields = "status",
        }).Build();
        // The pipeline's producer is connected before its first record comes; so is this one.
        producer.Produce($"bare-{round}.connect", new Message<byte[], byte[]> { Value = [] });
        producer.Flush(CancellationToken.None);
        consumer.Subscribe(Workload.Topic);
        var delivered = 0;
        var output = $"bare-{round}";
        Action<DeliveryReport<byte[], byte[]>> onReport = report =>
        {
            if (!report.Error.IsError)
            {
                Interlocked.Increment(ref delivered);
            }
        };
        Meter? meter = null;
        for (var consumed = 0; consumed < Workload.Records; consumed++)
        {
            var result = consumer.Consume(CancellationToken.None);
            meter ??= new Meter();
            var message = new Message<byte[], byte[]> { Key = result.Message.Key, Value = result.Message.Value };
            while (!TryProduce(producer, output, message, onReport))
            {
                producer.Poll(TimeSpan.FromMilliseconds(1));
            }
        }

        producer.Flush(CancellationToken.None);
        var measurement = meter!.Read(delivered);
        consumer.Close();
        return delivered == Workload.Records
            ? measurement
            : throw new InvalidOperationException($"The bare loop delivered {delivered} records; expected {Workload.Records}.");
    }

    private static bool TryProduce(
        IProducer<byte[], byte[]> producer, string topic, Message<byte[], byte[]> message, Action<DeliveryReport<byte[], byte[]>> onReport)
    {
        try
        {
            producer.Produce(topic, message, onReport);
            return true;
        }
        catch (ProduceException<byte[], byte[]> exception) when (exception.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
    }
}
