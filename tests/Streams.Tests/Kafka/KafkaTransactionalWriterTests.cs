using System.Text;
using Akka.Streams;
using Akka.TestKit.Xunit2;
using Confluent.Kafka;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Streams.Tests.Kafka;

public sealed class KafkaTransactionalWriterTests : TestKit
{
    private const string Topic = "link-load";
    private const string Predictions = "link-load.predictions";

    private static readonly OutputBatch[] Batches =
    [
        new(
            Predictions, [new("a"u8.ToArray(), "1"u8.ToArray(), 40), new("b"u8.ToArray(), "2"u8.ToArray(), 41)],
            new RecordOrigin(Topic, 3)),
        new("", [new(null, "nowhere"u8.ToArray())]),
        new("link-load.drift", [new("c"u8.ToArray(), "3"u8.ToArray(), 41)], new RecordOrigin(Topic, 3)),
    ];

    private static readonly string[] Written =
    [
        "begin", "produce link-load.predictions a=1", "produce link-load.predictions b=2", "produce link-load.drift c=3",
        "offsets link-load-3@42", "commit",
    ];

    private readonly RecordingProducer _producer = new();
    private readonly KafkaTransactionalWriter _writer;

    public KafkaTransactionalWriterTests() =>
        _writer = new KafkaTransactionalWriter(_producer, "forecasts-3", new TopicPartition(Topic, 3), _ => { }, TimeProvider.System);

    [Fact]
    public void Given_a_pipeline_and_a_partition_when_the_writer_is_named_then_every_node_finds_the_same_name() =>
        Assert.Equal("streamlearn-forecasts-3", KafkaTransactionalWriter.TransactionalId("streamlearn-forecasts", 3));

    [Fact]
    public async Task Given_batches_when_they_are_written_then_records_and_watermark_are_committed_in_this_order()
    {
        var group = new Membership();

        await _writer.StartAsync().Within("starting", "an answer");
        await WriteAsync(() => group);
        _writer.Dispose();

        Assert.Equal(["init", .. Written, "dispose"], _producer.Calls);
        Assert.Same(group, _producer.Group);
        Assert.Equal(
            Batches.Where(batch => batch.Topic.Length > 0).SelectMany(batch => batch.Records)
                .Select(record => $"sl-topic=link-load sl-partition=3 sl-offset={record.SourceOffset}"),
            _producer.Messages.Select(message =>
                string.Join(' ', message.Headers.Select(header => $"{header.Key}={Encoding.UTF8.GetString(header.GetValueBytes())}"))));
    }

    [Fact]
    public async Task Given_no_batches_when_they_are_written_then_the_watermark_is_committed()
    {
        await _writer.WriteAsync([], 7, () => new Membership()).Within("writing", "a commit");

        Assert.Equal(["begin", "offsets link-load-3@7", "commit"], _producer.Calls);
    }

    [Theory]
    [InlineData("offsets", "begin", "produce", "produce", "produce", "offsets", "offsets", "offsets", "commit")]
    [InlineData("commit", "begin", "produce", "produce", "produce", "offsets", "commit", "commit", "commit")]
    public async Task Given_a_call_that_may_be_repeated_when_it_fails_then_only_that_call_is_made_again(
        string call, params string[] expected)
    {
        _producer.Fail(call, Retriable(), Retriable());

        await WriteAsync();

        Assert.Equal(expected, Words());
    }

    [Fact]
    public async Task Given_brokers_that_are_away_when_a_writer_starts_then_it_asks_until_they_answer()
    {
        _producer.Fail("init", Retriable(), Retriable());

        await _writer.StartAsync().Within("starting", "an answer");

        Assert.Equal(["init", "init", "init"], _producer.Calls);
    }

    [Fact]
    public async Task Given_brokers_that_are_away_when_the_start_is_cancelled_then_it_ends()
    {
        using var cancellation = new CancellationTokenSource();
        _producer.Fail("init", [.. Enumerable.Range(0, 1000).Select(_ => Retriable())]);
        var starting = _writer.StartAsync(cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting.Within("cancelling", "the end of the start"));
    }

    [Theory]
    [InlineData("offsets", 5)]
    [InlineData("commit", 6)]
    public async Task Given_a_transaction_that_must_be_aborted_when_it_fails_then_the_same_content_is_written_anew(
        string call, int callsBefore)
    {
        _producer.Fail(call, MustAbort());
        _producer.Fail("abort", Retriable());

        await WriteAsync();

        Assert.Equal([.. Written[..callsBefore], "abort", "abort", .. Written], _producer.Calls);
    }

    [Fact]
    public async Task Given_a_client_that_takes_no_record_of_a_failed_transaction_when_it_says_so_then_the_same_content_is_written_anew()
    {
        _producer.Fail("produce", Refused(ErrorCode.Local_State));

        await WriteAsync();

        Assert.Equal([.. Written[..2], "abort", .. Written], _producer.Calls);
    }

    [Fact]
    public async Task Given_a_full_queue_when_a_record_is_produced_then_it_is_handed_over_again()
    {
        _producer.Fail("produce", Refused(ErrorCode.Local_QueueFull), Refused(ErrorCode.Local_QueueFull));

        await WriteAsync();

        Assert.Equal(["begin", "produce", "produce", "produce", "produce", "produce", "offsets", "commit"], Words());
        Assert.Equal(3, _producer.Messages.Count);
    }

    [Fact]
    public async Task Given_a_report_of_an_error_that_passes_when_the_transaction_is_aborted_then_the_same_content_is_written_anew()
    {
        _producer.Report(ErrorCode.NoError, ErrorCode.Local_MsgTimedOut);
        _producer.Fail("commit", MustAbort());

        await WriteAsync();

        Assert.Equal([.. Written, "abort", .. Written], _producer.Calls);
    }

    [Fact]
    public async Task Given_a_record_that_the_brokers_never_take_when_it_is_reported_then_the_transaction_is_aborted_and_the_write_fails()
    {
        _producer.Report(ErrorCode.NoError, ErrorCode.MsgSizeTooLarge);
        _producer.Fail("commit", MustAbort());

        var refused = await Assert.ThrowsAsync<KafkaDeliveryException>(() => WriteAsync());

        Assert.Contains(Predictions, refused.Message, StringComparison.Ordinal);
        Assert.Equal([.. Written, "abort"], _producer.Calls);
    }

    [Fact]
    public async Task Given_a_record_that_the_client_never_takes_when_it_is_produced_then_the_transaction_is_aborted_and_the_write_fails()
    {
        _producer.Fail("produce", Refused(ErrorCode.MsgSizeTooLarge));

        await Assert.ThrowsAsync<KafkaDeliveryException>(() => WriteAsync());

        Assert.Equal([.. Written[..2], "abort"], _producer.Calls);
    }

    [Theory]
    [InlineData("begin", ErrorCode.Local_Fatal, false)]
    [InlineData("offsets", ErrorCode.ProducerFenced, true)]
    [InlineData("offsets", ErrorCode.Local_Fatal, false)]
    [InlineData("commit", ErrorCode.InvalidProducerEpoch, true)]
    [InlineData("commit", ErrorCode.Local_Fenced, true)]
    public async Task Given_another_writer_when_a_call_says_so_then_the_write_fails_and_nothing_is_written_any_more(
        string call, ErrorCode code, bool fenced)
    {
        _producer.Fail(call, new KafkaException(new Error(code, "said the broker", isFatal: code == ErrorCode.Local_Fatal)));

        var failure = await Assert.ThrowsAsync<KafkaTransactionException>(() => WriteAsync());
        var calls = _producer.Calls.Count;
        await Assert.ThrowsAsync<KafkaTransactionException>(() => WriteAsync());

        Assert.Equal(fenced, failure.IsFenced);
        Assert.Contains("forecasts-3", failure.Message, StringComparison.Ordinal);
        Assert.Equal(calls, _producer.Calls.Count);
        Assert.Equal(call, Words()[^1]);
    }

    [Fact]
    public async Task Given_a_fenced_writer_whose_client_asks_for_an_abort_when_it_fails_then_it_is_not_written_anew()
    {
        _producer.Fail("commit", new KafkaTxnRequiresAbortException(new Error(ErrorCode.InvalidProducerEpoch)));

        Assert.True((await Assert.ThrowsAsync<KafkaTransactionException>(() => WriteAsync())).IsFenced);

        Assert.Equal(Written, _producer.Calls);
    }

    [Fact]
    public async Task Given_an_abort_that_fails_when_the_writer_is_fenced_then_the_write_fails()
    {
        _producer.Fail("commit", MustAbort());
        _producer.Fail("abort", new KafkaException(new Error(ErrorCode.ProducerFenced)));

        Assert.True((await Assert.ThrowsAsync<KafkaTransactionException>(() => WriteAsync())).IsFenced);

        Assert.Equal([.. Written, "abort"], _producer.Calls);
    }

    [Fact]
    public async Task Given_a_partition_that_is_no_longer_held_when_the_membership_is_asked_for_then_the_transaction_is_aborted()
    {
        await Assert.ThrowsAsync<OperationCanceledException>(() => WriteAsync(() => throw new OperationCanceledException()));

        Assert.Equal([.. Written[..4], "abort"], _producer.Calls);
    }

    /// <summary>The embedded cluster does not keep offsets of transactions, and may show the records of the one that was aborted.</summary>
    [Fact]
    public async Task Given_a_cluster_that_refuses_a_watermark_when_batches_are_written_then_that_transaction_is_written_anew()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        kafka.CreateTopic(Predictions, partitions: 1);
        var source = new SourceReader(kafka, Sys.Materializer(), Topic);
        var control = (await source.UnplacedAsync("assignment")).Control;
        using var writer = new KafkaTransactionalWriter(SourceReader.Settings(kafka), "streamlearn-forecasts-0", Topic, 0, _ => { });

        kafka.PushRequestErrors(KafkaRequest.InitProducerId, ErrorCode.GroupLoadInProgress);
        await writer.StartAsync().Within("starting", "an answer");
        await writer.WriteAsync([Numbers(0, 100)], 100, control.GroupMetadata).Within("writing", "a commit");
        kafka.PushRequestErrors(KafkaRequest.TxnOffsetCommit, ErrorCode.IllegalGeneration);
        await writer.WriteAsync([Numbers(100, 100)], 200, control.GroupMetadata).Within("writing through an error", "a commit");
        kafka.PushRequestErrors(KafkaRequest.EndTxn, ErrorCode.GroupCoordinatorNotAvailable);
        await writer.WriteAsync([Numbers(200, 100)], 300, control.GroupMetadata).Within("writing through another error", "a commit");
        await source.StopAsync();

        using var reader = kafka.Consumer("lookers");
        reader.Assign(new TopicPartitionOffset(Predictions, 0, Offset.Beginning));
        var values = new List<string>();
        KafkaClients.Poll(
            [reader], record => values.Add(record.Message.Value), () => values is [.., "299"], "reading what was written",
            () => "299 at last", () => $"{values.Count} values");
        Assert.Equal(TopicWriter.Numbers(0, 300), values.Distinct());
    }

    [Fact]
    public async Task Given_a_cluster_that_fences_the_writer_when_it_commits_then_the_write_fails()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        var source = new SourceReader(kafka, Sys.Materializer(), Topic);
        var control = (await source.UnplacedAsync("assignment")).Control;
        using var writer = new KafkaTransactionalWriter(SourceReader.Settings(kafka), "streamlearn-forecasts-0", Topic, 0, _ => { });
        await writer.StartAsync().Within("starting", "an answer");

        kafka.PushRequestErrors(KafkaRequest.EndTxn, ErrorCode.ProducerFenced);
        var failure = await Assert.ThrowsAsync<KafkaTransactionException>(
            () => writer.WriteAsync([Numbers(0, 10)], 10, control.GroupMetadata).Within("writing", "a failure"));
        await source.StopAsync();

        Assert.True(failure.IsFenced, failure.Message);
    }

    protected override void Dispose(bool disposing)
    {
        _writer.Dispose();
        base.Dispose(disposing);
    }

    private static OutputBatch Numbers(int from, int count) => new(
        Predictions,
        [
            .. TopicWriter.Numbers(from, count)
                .Select((value, i) => new OutputRecord("key"u8.ToArray(), Encoding.UTF8.GetBytes(value), from + i)),
        ],
        new RecordOrigin(Topic, 0));

    private static KafkaRetriableException Retriable() => new(new Error(ErrorCode.Local_TimedOut));

    private static KafkaTxnRequiresAbortException MustAbort() => new(new Error(ErrorCode.InvalidTxnState));

    private static ProduceException<byte[]?, byte[]?> Refused(ErrorCode code) =>
        new(new Error(code), new DeliveryResult<byte[]?, byte[]?>());

    private Task WriteAsync(Func<IConsumerGroupMetadata>? group = null) =>
        _writer.WriteAsync(Batches, 42, group ?? (() => new Membership())).Within("writing", "a commit");

    private List<string> Words() => [.. _producer.Calls.Select(call => call.Split(' ')[0])];

    private sealed class Membership : IConsumerGroupMetadata;
}
