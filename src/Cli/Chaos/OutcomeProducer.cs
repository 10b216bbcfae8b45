using System.Text.Json;
using Confluent.Kafka;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Chaos;

/// <summary>
/// Closes the loop of a drill: reads outputs and writes what came of them. At least once: its place is committed behind what is
/// written.
/// </summary>
internal sealed class OutcomeProducer(KafkaSettings kafka, JoinRecords records, TimeProvider time)
{
    private const string Group = "streamlearn-drill-outcomes";
    private const int MostOutputs = 200;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(50);

    private readonly OutcomeBacklog _backlog = new();

    /// <summary>Runs until it is told to stop, and has then come to the end of the outputs and written everything.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        using var producer = new KafkaBatchProducer(kafka, _ => { });
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = kafka.BootstrapServers, GroupId = Group, EnableAutoCommit = false, EnableAutoOffsetStore = false,
            AutoOffsetReset = AutoOffsetReset.Earliest, EnablePartitionEof = true, FetchWaitMaxMs = 100,
        }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        var places = Enumerable.Range(0, DrillStage.Partitions).Select(partition => new TopicPartition(JoinDrill.Outputs, partition)).ToList();
        consumer.Assign(await CommittedAsync(consumer, places));
        HashSet<int>? left = null;
        while (left is not { Count: 0 })
        {
            if (stop.IsCancellationRequested && left is null)
            {
                // From here on each partition is to come to its end once more.
                left = [.. places.Select(place => place.Partition.Value)];
                consumer.Assign((await CommittedAsync(consumer, places)).Select(committed =>
                    consumer.Position(committed.TopicPartition) is { IsSpecial: false } next ? new(committed.TopicPartition, next) : committed));
            }

            Read(consumer, left);
            await WriteAsync(producer, consumer, all: left is { Count: 0 });
        }

        consumer.Close();
    }

    private async Task<List<TopicPartitionOffset>> CommittedAsync(IConsumer<byte[], byte[]> consumer, List<TopicPartition> places) =>
    [
        .. (await AskAsync(() => consumer.Committed(places, Timeout))).Select(place =>
            new TopicPartitionOffset(place.TopicPartition, place.Offset.IsSpecial ? 0 : place.Offset)),
    ];

    private void Read(IConsumer<byte[], byte[]> consumer, HashSet<int>? left)
    {
        for (var i = 0; i < MostOutputs; i++)
        {
            try
            {
                if (consumer.Consume(Wait) is not { } read)
                {
                    return;
                }

                if (read.IsPartitionEOF)
                {
                    left?.Remove(read.Partition.Value);
                    continue;
                }

                var output = JsonDocument.Parse(read.Message.Value).RootElement;
                _backlog.Add(
                    read.Partition.Value, read.Offset.Value,
                    records.OutcomesOf(JoinRecords.NumberOf(read.Message.Value), records.Said(output)));
            }
            catch (ConsumeException exception) when (!exception.Error.IsFatal)
            {
                // The broker is away, or answers with an error: the client goes on where it was.
                return;
            }
        }
    }

    private async Task WriteAsync(KafkaBatchProducer producer, IConsumer<byte[], byte[]> consumer, bool all)
    {
        if (_backlog.Take(all) is not { Count: > 0 } due)
        {
            return;
        }

        await producer.SendAsync(new OutputBatch(JoinDrill.Outcomes, due));
        try
        {
            consumer.Commit(_backlog.Positions.Select(position => new TopicPartitionOffset(JoinDrill.Outputs, position.Partition, position.Offset)));
        }
        catch (KafkaException)
        {
            // The next one covers it.
        }
    }

    private async Task<T> AskAsync<T>(Func<T> question)
    {
        while (true)
        {
            try
            {
                return question();
            }
            catch (KafkaException)
            {
                // The broker is away; whoever runs the drill has patience for us.
                await Task.Delay(Wait, time);
            }
        }
    }
}
