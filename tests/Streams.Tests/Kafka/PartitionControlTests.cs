using Akka.Streams;
using Akka.TestKit.Xunit2;
using Confluent.Kafka;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Streams.Tests.Kafka;

public class PartitionControlTests : TestKit
{
    private const string Topic = "link-load";
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    private readonly ActorMaterializer _materializer;

    public PartitionControlTests() => _materializer = Sys.Materializer();

    [Fact]
    public async Task Given_a_partition_without_a_place_when_others_are_read_then_nothing_comes_before_it_is_sought()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 2);
        await Task.WhenAll(kafka.Append(Topic, 0, TopicWriter.Numbers(0, 100)), kafka.Append(Topic, 1, TopicWriter.Numbers(0, 100)));
        var source = new SourceReader(kafka, _materializer, Topic);
        PartitionReader[] readers = [await source.UnplacedAsync("assignment"), await source.UnplacedAsync("assignment")];
        var reading = readers[0].ReadAsync(60, "reading from a place");

        readers[1].Seek(offset: 0, epoch: 0);
        await readers[1].ReadAsync(100, "reading beside a partition without a place");
        await kafka.Append(Topic, readers[0].Partition, TopicWriter.Numbers(100, 10));
        await kafka.Append(Topic, readers[1].Partition, TopicWriter.Numbers(100, 10));
        await readers[1].ReadAsync(110, "reading on beside a partition without a place");
        Assert.Empty(readers[0].Records);
        readers[0].Seek(offset: 50, epoch: 3);
        await reading;
        await source.StopAsync();

        Assert.Equal(Enumerable.Range(50, 60).Select(offset => (long)offset), readers[0].Records.Select(record => record.Offset));
        Assert.All(readers[0].Records, record => Assert.Equal(3, record.Epoch));
    }

    /// <summary>Regression: where one of two requests failed the log was taken for empty, and reading began at its end.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Given_a_log_that_is_asked_for_when_answers_fail_then_it_is_not_taken_for_empty(int failures)
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        await kafka.Append(Topic, 0, TopicWriter.Numbers(0, 100));
        var source = new SourceReader(kafka, _materializer, Topic);
        var reader = await source.UnplacedAsync("assignment");
        Assert.Equal(0, await reader.Control.StartOffsetAsync().Within("asking", "the start offset"));

        for (var epoch = 0; epoch < 10; epoch++)
        {
            kafka.PushRequestErrors(KafkaRequest.ListOffsets, [.. Enumerable.Repeat(ErrorCode.TopicAuthorizationFailed, failures)]);
            Assert.Equal(0, await reader.Control.StartOffsetAsync().Within("asking through errors", "the start offset"));
            kafka.PushRequestErrors(KafkaRequest.ListOffsets, [.. Enumerable.Repeat(ErrorCode.TopicAuthorizationFailed, failures)]);
            reader.Seek(offset: 42, epoch);
            await reader.ReadUntilAsync(() => reader.Records is [.., { Offset: 99 } last] && last.Epoch == epoch, "reading", "offset 99");
        }

        await source.StopAsync();
        Assert.All(reader.Records.GroupBy(record => record.Epoch), epoch => Assert.Equal(42, epoch.First().Offset));
    }

    /// <summary>Regression: the client repeated its own look-up after it had been told where to read, and went there.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Given_look_ups_that_fail_when_a_partition_is_sought_meanwhile_then_reading_starts_where_it_was_told(int failures)
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        await kafka.Append(Topic, 0, TopicWriter.Numbers(0, 100));
        kafka.PushRequestErrors(KafkaRequest.ListOffsets, [.. Enumerable.Repeat(ErrorCode.LeaderNotAvailable, failures)]);
        var source = new SourceReader(kafka, _materializer, Topic);
        var reader = await source.UnplacedAsync("assignment");

        reader.Seek(offset: 42, epoch: 0);
        await reader.ReadAsync(58, "reading");
        await kafka.Append(Topic, 0, TopicWriter.Numbers(100, 10));
        await reader.ReadAsync(68, "reading on");
        await source.StopAsync();

        Assert.Equal(Enumerable.Range(42, 68).Select(offset => (long)offset), reader.Records.Select(record => record.Offset));
    }

    [Theory]
    [InlineData(StartOffset.Earliest, 30)]
    [InlineData(StartOffset.Latest, 100)]
    public async Task Given_a_configured_start_when_it_is_asked_for_then_it_is_the_logs_start_or_end(StartOffset start, long expected)
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        await kafka.Append(Topic, 0, TopicWriter.Numbers(0, 100));
        kafka.DeleteRecordsBefore(Topic, 0, 30);
        var source = new SourceReader(kafka, _materializer, Topic, start);
        var reader = await source.UnplacedAsync("assignment");

        var offset = await reader.Control.StartOffsetAsync().Within("asking", "the start offset");
        await source.StopAsync();

        Assert.Equal(expected, offset);
    }

    [Fact]
    public async Task Given_answers_that_fail_when_offsets_are_asked_for_then_they_are_asked_for_again()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        await kafka.Append(Topic, 0, TopicWriter.Numbers(0, 100));
        var source = new SourceReader(kafka, _materializer, Topic);
        var reader = await source.UnplacedAsync("assignment");
        kafka.PushRequestErrors(KafkaRequest.ListOffsets, ErrorCode.TopicAuthorizationFailed, ErrorCode.TopicAuthorizationFailed);
        kafka.PushRequestErrors(KafkaRequest.OffsetFetch, ErrorCode.GroupAuthorizationFailed, ErrorCode.GroupAuthorizationFailed);

        Assert.Equal(0, await reader.Control.StartOffsetAsync().Within("asking through errors", "the start offset"));
        Assert.Null(await reader.Control.CommittedAsync().Within("asking through errors", "no committed offset"));

        await source.StopAsync();
    }

    [Fact]
    public async Task Given_a_broker_that_is_away_when_the_source_stops_then_what_asks_for_offsets_is_cancelled()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        var source = new SourceReader(kafka, _materializer, Topic);
        var reader = await source.UnplacedAsync("assignment");
        kafka.BrokerDown(1);
        var start = reader.Control.StartOffsetAsync();
        var committed = reader.Control.CommittedAsync();

        await source.StopAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.Within("stopping", "the end of the question"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => committed.Within("stopping", "the end of the question"));
    }

    [Fact]
    public async Task Given_an_offset_that_was_committed_when_another_consumer_gets_the_partition_then_it_finds_it()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 2);
        var first = new SourceReader(kafka, _materializer, Topic);
        PartitionReader[] readers = [await first.UnplacedAsync("assignment"), await first.UnplacedAsync("assignment")];
        await readers[1].Control.CommitAsync(41).Within("committing", "an answer");
        await readers[1].Control.CommitAsync(42).Within("committing", "an answer");
        await first.StopAsync();

        var second = new SourceReader(kafka, _materializer, Topic);
        PartitionReader[] again = [await second.UnplacedAsync("assignment again"), await second.UnplacedAsync("assignment again")];
        var committed = await Task.WhenAll(
                again.OrderBy(reader => reader.Partition != readers[1].Partition).Select(reader => reader.Control.CommittedAsync()))
            .Within("asking", "the committed offsets");
        await second.StopAsync();

        Assert.Equal([42L, null], committed);
    }

    [Fact]
    public async Task Given_a_commit_that_the_broker_refuses_when_it_is_committed_again_then_it_works_and_the_source_reads_on()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        await kafka.Append(Topic, 0, TopicWriter.Numbers(0, 100));
        var source = new SourceReader(kafka, _materializer, Topic);
        var reader = await source.AssignedAsync("assignment");
        kafka.PushRequestErrors(KafkaRequest.OffsetCommit, ErrorCode.GroupAuthorizationFailed);

        var refused = await Assert.ThrowsAsync<KafkaCommitException>(() => reader.Control.CommitAsync(7).Within("committing", "a refusal"));
        await reader.Control.CommitAsync(8).Within("committing again", "an answer");
        var committed = await reader.Control.CommittedAsync().Within("asking", "the committed offset");
        await reader.ReadAsync(100, "reading on");
        await source.StopAsync();

        Assert.Equal(8, committed);
        Assert.Contains("partition 0: offset 7 is not committed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_source_that_stops_when_the_owner_commits_and_releases_then_it_is_waited_for_and_the_commit_counts()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        await kafka.Append(Topic, 0, TopicWriter.Numbers(0, 100));
        var source = new SourceReader(kafka, _materializer, Topic) { Releases = false };
        var reader = await source.AssignedAsync("assignment");
        await reader.ReadAsync(50, "reading");

        source.Stop();
        Assert.Equal(new PartitionRevoked(Topic, 0, Lost: false), await source.NextAsync("stopping"));
        await reader.ReadToEndAsync("stopping");
        var end = source.NextAsync("the end after the release");
        await reader.Control.CommitAsync(reader.Records.Count).Within("committing during revocation", "an answer");
        Assert.NotNull(reader.Control.GroupMetadata());
        Assert.False(end.IsCompleted, "The source ended before its partition was released.");
        reader.Control.Release();

        Assert.Null(await end);
        await AssertGoneAsync(reader.Control);
        Assert.Equal(reader.Records.Count, await CommittedAsync(kafka));
    }

    [Fact]
    public async Task Given_an_owner_that_does_not_release_when_the_time_out_has_passed_then_the_partition_is_let_go_with_a_warning()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        var source = new SourceReader(kafka, _materializer, Topic, revokeTimeout: Short) { Releases = false };
        var reader = await source.AssignedAsync("assignment");

        await EventFilter.Warning(contains: "let go: 0").ExpectOneAsync(Waits.Patience, source.StopAsync);

        await AssertGoneAsync(reader.Control);
    }

    [Fact]
    public async Task Given_a_source_that_fails_when_its_partitions_are_not_released_then_it_does_not_wait()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        var source = new SourceReader(
            kafka, _materializer, Topic, revokeTimeout: TimeSpan.FromHours(1), consumer: ("group.instance.id", "one")) { Releases = false };
        var reader = await source.AssignedAsync("assignment");

        // Fatal for a static member.
        kafka.PushRequestErrors(KafkaRequest.Heartbeat, ErrorCode.FencedInstanceId);
        await Assert.ThrowsAnyAsync<KafkaException>(() => reader.ReadToEndAsync("failing"));

        await Assert.ThrowsAnyAsync<KafkaException>(source.StopAsync);
        await AssertGoneAsync(reader.Control);
    }

    [Fact]
    public async Task Given_a_member_that_lost_its_partitions_when_it_is_told_then_it_is_not_waited_for_and_cannot_commit()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        var source = new SourceReader(kafka, _materializer, Topic, revokeTimeout: TimeSpan.FromHours(1)) { Releases = false };
        var reader = await source.AssignedAsync("assignment");

        kafka.PushRequestErrors(KafkaRequest.Heartbeat, ErrorCode.UnknownMemberId);
        Assert.Equal(new PartitionRevoked(Topic, 0, Lost: true), await source.NextAsync("losing the partition"));
        await AssertGoneAsync(reader.Control);
        var again = await source.AssignedAsync("assignment again");
        await again.Control.CommitAsync(3).Within("committing again", "an answer");
        await AssertGoneAsync(reader.Control);
        again.Control.Release();
        await source.StopAsync();
    }

    [Fact]
    public async Task Given_two_members_when_partitions_go_from_one_to_the_other_and_back_then_every_record_is_read_once()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 2);
        var log = new SharedLog();
        await AppendToBothAsync(kafka, from: 0);
        var first = new LogOwner(kafka, _materializer, Topic, log);
        await log.UntilAsync(() => log.Count(0) == 100 && log.Count(1) == 100, "reading alone");

        var second = new LogOwner(kafka, _materializer, Topic, log);
        await log.UntilAsync(() => second.Assignments > 0 && first.Revocations >= 2, "sharing");
        await AppendToBothAsync(kafka, from: 100);
        await log.UntilAsync(() => log.Count(0) == 200 && log.Count(1) == 200 && second.Read > 0, "reading shares");
        await AppendToBothAsync(kafka, from: 200);
        await second.StopAsync();
        await log.UntilAsync(() => log.Count(0) == 300 && log.Count(1) == 300, "reading alone again");
        await log.UntilAsync(() => first.Assignments - first.Revocations == 2, "having both again");
        await first.StopAsync();

        Assert.All([0, 1], partition => Assert.Equal(Enumerable.Range(0, 300).Select(offset => (long)offset), log.Offsets(partition)));

        // A member that stops may find the group sharing out again, where the embedded cluster takes no commit.
        Assert.All([0, 1], partition => Assert.True(
            log.Committed(partition) == 300 || log.WasRefused(partition), $"Partition {partition}: {log.Committed(partition)} is committed."));
    }

    [Theory]
    [InlineData(10, "starts at 60")]
    [InlineData(101, "ends at 100")]
    public async Task Given_a_stored_place_that_the_log_does_not_have_when_it_is_sought_first_then_the_stream_fails(
        long offset, string expected)
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        await kafka.Append(Topic, 0, TopicWriter.Numbers(0, 100));
        kafka.DeleteRecordsBefore(Topic, 0, 60);
        var source = new SourceReader(kafka, _materializer, Topic);
        var reader = await source.UnplacedAsync("assignment");

        reader.Seek(offset, epoch: 0);

        var lost = await Assert.ThrowsAsync<LostRecordsException>(() => reader.ReadToEndAsync("reading"));
        await source.StopAsync();
        Assert.Contains(expected, lost.Message, StringComparison.Ordinal);
        Assert.Empty(reader.Records);
    }

    [Fact]
    public async Task Given_a_stored_place_that_retention_has_passed_when_skipping_is_allowed_then_the_missing_records_are_counted()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        await kafka.Append(Topic, 0, TopicWriter.Numbers(0, 100));
        kafka.DeleteRecordsBefore(Topic, 0, 60);
        var source = new SourceReader(kafka, _materializer, Topic, lostRecords: LostRecords.Skip);
        var reader = await source.UnplacedAsync("assignment");

        reader.Seek(offset: 10, epoch: 0);
        await reader.ReadAsync(40, "skipping");
        await source.StopAsync();

        Assert.Equal(60, reader.Records[0].Offset);
        Assert.Equal(50, reader.Control.Skipped);
    }

    private static Task AppendToBothAsync(EmbeddedKafka kafka, int from) =>
        Task.WhenAll(Enumerable.Range(0, 2).Select(partition => kafka.Append(Topic, partition, TopicWriter.Numbers(from, 100))));

    private static async Task AssertGoneAsync(PartitionControl control)
    {
        control.Seek(0, 1);
        var refused = await Assert.ThrowsAsync<KafkaCommitException>(
            () => control.CommitAsync(1).Within("committing too late", "a refusal"));
        Assert.Contains("no longer has the partition", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => control.CommittedAsync().Within("asking too late", "a refusal"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => control.StartOffsetAsync().Within("asking too late", "a refusal"));
        Assert.ThrowsAny<OperationCanceledException>(control.GroupMetadata);
    }

    private static async Task<long> CommittedAsync(EmbeddedKafka kafka)
    {
        using var consumer = kafka.Consumer("readers");
        var committed = await Task.Run(() => consumer.Committed([new TopicPartition(Topic, 0)], Waits.Patience))
            .Within("asking from outside", "the committed offset");
        return committed[0].Offset.Value;
    }
}
