using System.Text;
using Confluent.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Streams.Tests.Kafka;

/// <summary>What is in one partition of a topic, seen by a client that is not ours.</summary>
internal sealed class WrittenTopic : IDisposable
{
    private readonly TopicPartition _place;
    private readonly EmbeddedKafka _kafka;
    private IConsumer<byte[]?, byte[]?> _consumer;

    public WrittenTopic(EmbeddedKafka kafka, string topic, int partition = 0)
    {
        _place = new TopicPartition(topic, partition);
        _kafka = kafka;
        _consumer = Looker(kafka);
    }

    public long End => _consumer.QueryWatermarkOffsets(_place, Waits.Patience).High.Value;

    public List<Message<byte[]?, byte[]?>> Read()
    {
        var end = End;
        var messages = new List<Message<byte[]?, byte[]?>>();
        AssignWithinPatience();
        while (messages.Count < end)
        {
            var result = _consumer.Consume(Waits.Patience);
            Assert.True(result is not null, $"reading what was written: expected {end} records within {Waits.Patience.TotalSeconds} s, got {messages.Count}.");
            messages.Add(result.Message);
        }

        return messages;
    }

    public List<string?> ReadValues() => [.. Read().Select(message => message.Value is null ? null : Encoding.UTF8.GetString(message.Value))];

    private static IConsumer<byte[]?, byte[]?> Looker(EmbeddedKafka kafka) =>
        new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig { BootstrapServers = kafka.BootstrapServers, GroupId = "lookers" })
            .SetKeyDeserializer(NullableBytes.Instance).SetValueDeserializer(NullableBytes.Instance)
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    /// <summary>
    /// librdkafka 2.16 was once seen never to return from an assignment, of this client that only looks. It is then left behind, for it
    /// could not be closed either, and another one looks; two of them fail the test.
    /// </summary>
    private void AssignWithinPatience()
    {
        if (!TryAssign(_consumer))
        {
            _consumer = Looker(_kafka);
            Assert.True(TryAssign(_consumer), $"assigning {_place}: expected the client's answer within {Waits.Patience.TotalSeconds} s, twice got none.");
        }
    }

    private bool TryAssign(IConsumer<byte[]?, byte[]?> consumer)
    {
        var done = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            consumer.Assign(new TopicPartitionOffset(_place, Offset.Beginning));
            done.Set();
        })
        {
            IsBackground = true,
        };
        thread.Start();
        return done.Wait(Waits.Patience);
    }

    public void Dispose()
    {
        _consumer.Close();
        _consumer.Dispose();
    }
}
