using System.Collections.Concurrent;
using System.Text;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.TestKit.Xunit2;
using Confluent.Kafka;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Streams.Tests.Kafka;

public sealed class KafkaSinkTests : TestKit
{
    private const string Topic = "link-load.predictions";
    private static readonly RecordOrigin Origin = new("link-load", 3);

    private readonly ActorMaterializer _materializer;
    private readonly EmbeddedKafka _kafka = EmbeddedKafka.Start();

    public KafkaSinkTests()
    {
        _materializer = Sys.Materializer();
        _kafka.CreateTopic(Topic, partitions: 1);
    }

    [Fact]
    public async Task Given_batches_with_an_origin_When_they_are_written_Then_records_are_in_order_and_headers_name_their_source()
    {
        using var producer = Producer();

        await WriteAsync(producer, [.. Enumerable.Range(0, 50).Select(batch => Batch(10 * batch, 10))]);

        using var topic = new WrittenTopic(_kafka, Topic);
        var messages = topic.Read();
        Assert.Equal(TopicWriter.Numbers(0, 500), messages.Select(message => Encoding.UTF8.GetString(message.Value!)));
        Assert.All(messages, message => Assert.Equal("key", Encoding.UTF8.GetString(message.Key!)));
        Assert.Equal(
            Enumerable.Range(0, 500).Select(i => $"sl-topic=link-load sl-partition=3 sl-offset={1000 + i}"),
            messages.Select(Headers));
    }

    [Fact]
    public async Task Given_dead_letters_When_they_are_written_Then_headers_also_say_reason_and_field()
    {
        using var producer = Producer();

        await WriteAsync(producer,
        [
            new OutputBatch(Topic, [new(null, "{"u8.ToArray(), 7, "malformed", ""), new("k"u8.ToArray(), [], 8, "wrong-type", "lo\u00e4d")], Origin),
        ]);

        using var topic = new WrittenTopic(_kafka, Topic);
        Assert.Equal(
            [
                "sl-topic=link-load sl-partition=3 sl-offset=7 sl-reason=malformed sl-field=",
                "sl-topic=link-load sl-partition=3 sl-offset=8 sl-reason=wrong-type sl-field=lo\u00e4d",
            ],
            topic.Read().Select(Headers));
    }

    [Fact]
    public async Task Given_a_dead_letter_larger_than_the_client_takes_When_it_is_written_Then_it_is_cut_and_a_header_says_so()
    {
        using var producer = Producer();
        var value = new byte[1_040_000];
        value.AsSpan().Fill((byte)'x');

        await WriteAsync(producer, [new OutputBatch(Topic, [new("k"u8.ToArray(), value, 7, "malformed", ""), new(value, null, 8, "bad-key", "")], Origin)]);

        using var topic = new WrittenTopic(_kafka, Topic);
        var messages = topic.Read();
        Assert.Equal(
            ["sl-topic=link-load sl-partition=3 sl-offset=7 sl-reason=malformed sl-field= sl-truncated=1040000",
             "sl-topic=link-load sl-partition=3 sl-offset=8 sl-reason=bad-key sl-field= sl-truncated=0"],
            messages.Select(Headers));
        Assert.InRange(messages[0].Value!.Length, 900_000, 1_000_000);
        Assert.InRange(messages[1].Key!.Length, 400_000, 600_000);
        Assert.Null(messages[1].Value);
    }

    [Fact]
    public async Task Given_records_with_an_origin_of_their_own_When_they_are_written_Then_headers_name_that_and_else_that_of_the_batch()
    {
        using var producer = Producer();
        var copied = new RecordOrigin("contexts", 5);

        await WriteAsync(producer,
        [
            new OutputBatch(
                Topic,
                [
                    new(null, [], 7, Origin: copied), new(null, [], 8, Origin: new RecordOrigin("contexts", 6)), new(null, [], 9),
                    new(null, [], 10, "malformed", "", copied),
                ],
                Origin),
        ]);

        using var topic = new WrittenTopic(_kafka, Topic);
        Assert.Equal(
            [
                "sl-topic=contexts sl-partition=5 sl-offset=7", "sl-topic=contexts sl-partition=6 sl-offset=8",
                "sl-topic=link-load sl-partition=3 sl-offset=9",
                "sl-topic=contexts sl-partition=5 sl-offset=10 sl-reason=malformed sl-field=",
            ],
            topic.Read().Select(Headers));
    }

    [Fact]
    public async Task Given_records_with_a_partition_When_they_are_written_Then_they_are_in_that_partition_whatever_their_key()
    {
        const string events = "link-load.events";
        _kafka.CreateTopic(events, partitions: 4);
        using var producer = Producer();

        await WriteAsync(producer, [new OutputBatch(events, [.. TopicWriter.Numbers(0, 40).Select((value, i) =>
            new OutputRecord("key"u8.ToArray(), Encoding.UTF8.GetBytes(value), Partition: i % 4))])]);

        for (var partition = 0; partition < 4; partition++)
        {
            using var topic = new WrittenTopic(_kafka, events, partition);
            Assert.Equal(TopicWriter.Numbers(0, 40).Where((_, i) => i % 4 == partition), topic.ReadValues());
        }
    }

    [Fact]
    public async Task Given_null_keys_and_values_When_they_are_written_Then_they_are_null_and_records_without_origin_have_no_headers()
    {
        using var producer = Producer();

        await WriteAsync(producer, [new OutputBatch(Topic, [new(null, "v"u8.ToArray()), new("k"u8.ToArray(), null), new([], [])])]);

        using var topic = new WrittenTopic(_kafka, Topic);
        var messages = topic.Read();
        Assert.Equal([null, "k", ""], messages.Select(message => message.Key is null ? null : Encoding.UTF8.GetString(message.Key)));
        Assert.Equal(["v", null, ""], messages.Select(message => message.Value is null ? null : Encoding.UTF8.GetString(message.Value)));
        Assert.All(messages, message => Assert.Empty(message.Headers));
    }

    [Fact]
    public async Task Given_no_topic_or_no_records_When_a_batch_is_written_Then_it_is_passed_on_without_a_broker()
    {
        using var producer = Producer();
        _kafka.BrokerDown(1);

        var passed = await WriteAsync(producer, [Batch(0, 5) with { Topic = "" }, Batch(0, 0)]);

        Assert.Equal(2, passed.Count);
        _kafka.BrokerUp(1);
    }

    [Fact]
    public async Task Given_slow_answers_When_batches_are_written_Then_each_is_passed_on_only_after_its_records_are_there()
    {
        using var producer = Producer();
        using var topic = new WrittenTopic(_kafka, Topic);
        _kafka.SetRoundTripTime(1, TimeSpan.FromMilliseconds(50));

        var ends = await Source.From(Enumerable.Range(0, 20).Select(batch => Batch(10 * batch, 10)))
            .Via(KafkaSink.Flow(producer, parallelism: 3))
            .Select(batch => (Last: batch.Records[^1].SourceOffset - 1000, topic.End))
            .RunWith(Sink.Seq<(long Last, long End)>(), _materializer)
            .Within("writing", "20 batches");

        Assert.Equal(Enumerable.Range(0, 20).Select(batch => (10L * batch) + 9), ends.Select(batch => batch.Last));
        Assert.All(ends, batch => Assert.True(batch.End > batch.Last, $"Passed on offset {batch.Last} when the topic ended at {batch.End}."));
    }

    [Fact]
    public async Task Given_a_broker_that_is_down_When_batches_are_written_Then_they_wait_and_arrive_once_it_is_back()
    {
        var complaints = new Complaints();
        using var producer = Producer(complaints.Add);
        await WriteAsync(producer, [Batch(0, 1)]);
        _kafka.BrokerDown(1);
        await complaints.First.Within("taking the broker down", "a complaint of the client");

        var writing = WriteAsync(producer, [Batch(1, 10), Batch(11, 10)]);
        Assert.False(writing.IsCompleted);
        _kafka.BrokerUp(1);
        await writing;

        using var topic = new WrittenTopic(_kafka, Topic);
        Assert.Equal(TopicWriter.Numbers(0, 21), topic.ReadValues());
    }

    [Fact]
    public void Given_no_setting_When_a_producer_is_made_Then_it_waits_for_a_broker_however_long()
    {
        var log = new ConcurrentQueue<string>();

        using var producer = Producer(log.Enqueue, new Dictionary<string, string> { ["debug"] = "conf" });

        Assert.Contains(log, line => line.Contains("message.timeout.ms = 0", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ErrorCode.TopicAuthorizationFailed)]
    [InlineData(ErrorCode.MsgSizeTooLarge)]
    [InlineData(ErrorCode.InvalidRequiredAcks)]
    public async Task Given_an_error_that_does_not_pass_When_batches_are_written_Then_the_stream_fails_and_what_it_passed_on_is_there(ErrorCode error)
    {
        using var producer = Producer(more: new Dictionary<string, string> { ["linger.ms"] = "0" });
        var passed = new List<OutputBatch>();

        var failure = await Assert.ThrowsAsync<KafkaDeliveryException>(() => Source.From(Enumerable.Range(0, 100))
            .Select(batch =>
            {
                if (batch == 40)
                {
                    _kafka.PushRequestErrors(KafkaRequest.Produce, error);
                }

                return Batch(10 * batch, 10);
            })
            .Via(KafkaSink.Flow(producer, parallelism: 2))
            .RunForeach(passed.Add, _materializer)
            .Within("writing", "a failure"));

        using var topic = new WrittenTopic(_kafka, Topic);
        var written = topic.ReadValues();
        Assert.Contains(Topic, failure.Message, StringComparison.Ordinal);
        Assert.InRange(passed.Count, 30, 99);
        Assert.Equal(TopicWriter.Numbers(0, 10 * passed.Count), written.Take(10 * passed.Count));
    }

    [Fact]
    public async Task Given_a_record_larger_than_the_client_takes_When_it_is_written_Then_the_stream_fails_and_names_the_topic()
    {
        using var producer = Producer();

        var failure = await Assert.ThrowsAsync<KafkaDeliveryException>(
            () => WriteAsync(producer, [new OutputBatch(Topic, [new(null, new byte[2_000_000])])]));

        Assert.Contains(Topic, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_errors_that_pass_When_batches_are_written_Then_all_arrive_once_and_in_order()
    {
        using var producer = Producer();
        _kafka.PushRequestErrors(
            KafkaRequest.Produce, ErrorCode.NotLeaderForPartition, ErrorCode.NotEnoughReplicas, ErrorCode.Local_Transport, ErrorCode.LeaderNotAvailable);

        await WriteAsync(producer, [.. Enumerable.Range(0, 30).Select(batch => Batch(10 * batch, 10))]);

        using var topic = new WrittenTopic(_kafka, Topic);
        Assert.Equal(TopicWriter.Numbers(0, 300), topic.ReadValues());
    }

    [Fact]
    public async Task Given_a_queue_smaller_than_a_batch_When_it_is_written_Then_it_waits_for_room_and_all_arrive_in_order()
    {
        using var producer = Producer(more: new Dictionary<string, string> { ["queue.buffering.max.messages"] = "10" });

        await WriteAsync(producer, [Batch(0, 200), Batch(200, 200)], parallelism: 1);

        using var topic = new WrittenTopic(_kafka, Topic);
        Assert.Equal(TopicWriter.Numbers(0, 400), topic.ReadValues());
    }

    [Fact]
    public void Given_a_setting_that_the_client_does_not_take_When_a_producer_is_made_Then_the_failure_names_it()
    {
        var failure = Assert.Throws<KafkaSettingsException>(() => Producer(more: new Dictionary<string, string> { ["no.such.setting"] = "1" }));

        Assert.Contains("no.such.setting", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_producer_with_records_on_the_way_When_it_is_disposed_of_Then_they_are_written_first()
    {
        Task sending;
        using (var producer = Producer(more: new Dictionary<string, string> { ["linger.ms"] = "5000" }))
        {
            sending = producer.SendAsync(Batch(0, 20));
        }

        await sending.Within("disposing", "the acknowledgement of 20 records");
        using var topic = new WrittenTopic(_kafka, Topic);
        Assert.Equal(20, topic.End);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _kafka.Dispose();
    }

    private static string Headers(Message<byte[]?, byte[]?> message) =>
        string.Join(' ', message.Headers.Select(header => $"{header.Key}={Encoding.UTF8.GetString(header.GetValueBytes())}"));

    private static OutputBatch Batch(int from, int count) => new(
        Topic,
        [.. TopicWriter.Numbers(from, count).Select((value, i) => new OutputRecord("key"u8.ToArray(), Encoding.UTF8.GetBytes(value), 1000 + from + i))],
        Origin);

    private KafkaBatchProducer Producer(Action<string>? warn = null, Dictionary<string, string>? more = null)
    {
        var settings = SourceReader.Settings(_kafka);
        return new KafkaBatchProducer(
            new KafkaSettings
            {
                BootstrapServers = settings.BootstrapServers,
                Client = settings.Client,
                Producer = new Dictionary<string, string>([.. settings.Producer, .. more ?? []]),
            },
            warn ?? (_ => { }));
    }

    private async Task<IReadOnlyList<OutputBatch>> WriteAsync(KafkaBatchProducer producer, OutputBatch[] batches, int parallelism = 8) =>
        await Source.From(batches)
            .Via(KafkaSink.Flow(producer, parallelism))
            .RunWith(Sink.Seq<OutputBatch>(), _materializer)
            .Within("writing", $"{batches.Length} batches");
}
