using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.TestKit.Xunit2;
using Confluent.Kafka;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Streams.Tests.Kafka;

public class KafkaSourceTests : TestKit
{
    private const string Topic = "link-load";

    /// <summary>Records that a partition may hold for a stream that does not ask: channel, one closed batch, one being filled, and the
    /// sink's.</summary>
    private const int MostBuffered = 10 * (2 + 1 + 1 + 2);

    private readonly ActorMaterializer _materializer;

    public KafkaSourceTests() => _materializer = Sys.Materializer();

    [Fact]
    public async Task Given_records_in_all_partitions_When_read_from_earliest_Then_each_arrives_once_and_in_order()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 3);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(partition => kafka.Append(Topic, partition, TopicWriter.Numbers(1000 * partition, 200 + partition))));
        var source = new SourceReader(kafka, _materializer, Topic);

        var readers = await source.AssignedAsync(3, "assignment");
        await Task.WhenAll(readers.Select(reader => reader.ReadAsync(200 + reader.Partition, "reading")));
        await source.StopAsync();
        await Task.WhenAll(readers.Select(reader => reader.ReadToEndAsync("after the stop")));

        Assert.Equal([0, 1, 2], readers.Select(reader => reader.Partition));
        Assert.All(readers, reader => CheckNumbers(reader.Records, from: 0, count: 200 + reader.Partition, firstValue: 1000 * reader.Partition));
    }

    [Fact]
    public async Task Given_old_records_When_read_from_latest_Then_only_new_ones_arrive()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        await kafka.Append(Topic, 0, TopicWriter.Numbers(0, 50));
        var source = new SourceReader(kafka, _materializer, Topic, StartOffset.Latest);
        var reader = await source.AssignedAsync("assignment");

        await kafka.Append(Topic, 0, TopicWriter.Numbers(50, 30));
        await reader.ReadAsync(30, "reading what is new");
        await source.StopAsync();

        CheckNumbers(reader.Records, from: 50, count: 30, firstValue: 50);
    }

    [Fact]
    public async Task Given_keys_values_and_timestamps_When_records_are_read_Then_nulls_and_empties_are_told_apart()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        var time = new Timestamp(1_700_000_000_123, TimestampType.CreateTime);
        await kafka.AppendMessages(Topic, 0,
        [
            new() { Key = "k"u8.ToArray(), Value = "v"u8.ToArray(), Timestamp = time },
            new() { Key = null, Value = "v"u8.ToArray(), Timestamp = time },
            new() { Key = "k"u8.ToArray(), Value = null, Timestamp = time },
            new() { Key = null, Value = null, Timestamp = time },
            new() { Key = [], Value = [], Timestamp = time },
            new() { Key = "k"u8.ToArray(), Value = new byte[200_000], Timestamp = time },
        ]);
        var source = new SourceReader(kafka, _materializer, Topic);
        var reader = await source.AssignedAsync("assignment");

        await reader.ReadAsync(6, "reading");
        await source.StopAsync();

        Assert.Equal(
            [("k", "v"), (null, "v"), ("k", null), (null, null), ("", "")],
            reader.Records.Take(5).Select(record => (record.Key, record.Value)));
        Assert.Equal(200_000, reader.Records[5].Value!.Length);
        Assert.All(reader.Records, record => Assert.Equal(time.UnixTimestampMs, record.Timestamp));
    }

    [Fact]
    public async Task Given_a_stream_that_is_not_asked_When_the_other_is_read_Then_it_flows_and_the_first_goes_on_later_in_order()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 2);
        await Task.WhenAll(kafka.Append(Topic, 0, TopicWriter.Numbers(0, 500)), kafka.Append(Topic, 1, TopicWriter.Numbers(0, 500)));
        var source = new SourceReader(kafka, _materializer, Topic);
        var readers = await source.AssignedAsync(2, "assignment");
        await readers[0].ReadAsync(1, "starting the slow stream");

        await readers[1].ReadAsync(500, "reading beside a slow stream");
        await kafka.Append(Topic, 0, TopicWriter.Numbers(500, 100));
        await kafka.Append(Topic, 1, TopicWriter.Numbers(500, 100));
        await readers[1].ReadAsync(600, "reading on beside a slow stream");
        await readers[0].ReadAsync(600, "catching up");
        await source.StopAsync();

        Assert.All(readers, reader => CheckNumbers(reader.Records, from: 0, count: 600));
    }

    [Fact]
    public async Task Given_a_stream_that_is_not_asked_When_retention_passes_it_Then_it_held_little_and_fails_with_what_is_lost()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 2);
        await Task.WhenAll(kafka.Append(Topic, 0, TopicWriter.Numbers(0, 1000)), kafka.Append(Topic, 1, TopicWriter.Numbers(0, 1000)));
        var source = new SourceReader(kafka, _materializer, Topic);
        var readers = await source.AssignedAsync(2, "assignment");
        await readers[1].ReadAsync(1000, "reading beside a slow stream");

        kafka.DeleteRecordsBefore(Topic, 0, 990);

        var lost = await Assert.ThrowsAsync<LostRecordsException>(() => readers[0].ReadToEndAsync("reading what is left"));
        await source.StopAsync();
        CheckNumbers(readers[0].Records, from: 0, count: readers[0].Records.Count);
        Assert.InRange(readers[0].Records.Count, 1, MostBuffered);
        Assert.Contains($"from offset {readers[0].Records.Count} are needed", lost.Message, StringComparison.Ordinal);
        Assert.Contains("starts at 990", lost.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("roundrobin")]
    [InlineData("cooperative-sticky")]
    public async Task Given_lost_records_may_be_skipped_When_retention_passes_a_stream_Then_it_goes_on_at_the_oldest_record(string strategy)
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 2);
        await Task.WhenAll(kafka.Append(Topic, 0, TopicWriter.Numbers(0, 1000)), kafka.Append(Topic, 1, TopicWriter.Numbers(0, 1000)));
        var source = new SourceReader(kafka, _materializer, Topic, lostRecords: LostRecords.Skip, consumer: ("partition.assignment.strategy", strategy));
        var readers = await source.AssignedAsync(2, "assignment");
        await readers[1].ReadAsync(1000, "reading beside a slow stream");

        kafka.DeleteRecordsBefore(Topic, 0, 990);
        await EventFilter.Warning(contains: "retention has deleted").ExpectOneAsync(Waits.Patience, () => readers[0].ReadUntilAsync(
            () => readers[0].Records is [.., { Offset: 999 }], "skipping", "the record of offset 999"));
        await kafka.Append(Topic, 1, TopicWriter.Numbers(1000, 10));
        await readers[1].ReadAsync(1010, "reading on beside the stream that skipped");
        await source.StopAsync();

        var before = readers[0].Records.TakeWhile(record => record.Offset < 990).ToList();
        CheckNumbers(before, from: 0, count: before.Count);
        Assert.InRange(before.Count, 1, MostBuffered);
        CheckNumbers(readers[0].Records[before.Count..], from: 990, count: 10, firstValue: 990);
        CheckNumbers(readers[1].Records, from: 0, count: 1010);
        Assert.Equal(990 - before.Count, readers[0].Control.Skipped);
    }

    [Fact]
    public async Task Given_a_partition_that_was_read_When_it_is_sought_Then_batches_from_there_carry_the_new_epoch()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 2);
        await Task.WhenAll(kafka.Append(Topic, 0, TopicWriter.Numbers(0, 300)), kafka.Append(Topic, 1, TopicWriter.Numbers(0, 300)));
        var source = new SourceReader(kafka, _materializer, Topic);
        var readers = await source.AssignedAsync(2, "assignment");
        await readers[0].ReadAsync(100, "reading before the seek");

        readers[0].Seek(offset: 7, epoch: 1);
        await ReadEpochAsync(readers[0], epoch: 1, count: 293);
        await readers[1].ReadAsync(300, "reading the other partition");
        readers[0].Seek(offset: 299, epoch: 2);
        readers[0].Seek(offset: 290, epoch: 3);
        await ReadEpochAsync(readers[0], epoch: 3, count: 10);
        await source.StopAsync();

        CheckEpochsAscend(readers[0]);
        CheckNumbers(Epoch(readers[0], 1), from: 7, count: 293, firstValue: 7);
        CheckNumbers(Epoch(readers[0], 3), from: 290, count: 10, firstValue: 290);
        CheckNumbers(Epoch(readers[1], 0), from: 0, count: 300);
    }

    [Fact]
    public async Task Given_a_partition_that_was_just_assigned_When_it_is_sought_at_once_Then_the_new_epoch_starts_there()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        await kafka.Append(Topic, 0, TopicWriter.Numbers(0, 100));
        var source = new SourceReader(kafka, _materializer, Topic);
        var reader = await source.AssignedAsync("assignment");

        reader.Seek(offset: 42, epoch: 1);
        await ReadEpochAsync(reader, epoch: 1, count: 58);
        await source.StopAsync();

        CheckNumbers(Epoch(reader, 1), from: 42, count: 58, firstValue: 42);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(700)]
    public async Task Given_a_paused_partition_When_it_is_sought_back_or_ahead_Then_the_new_epoch_starts_there(int offset)
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 2);
        await Task.WhenAll(kafka.Append(Topic, 0, TopicWriter.Numbers(0, 800)), kafka.Append(Topic, 1, TopicWriter.Numbers(0, 800)));
        var source = new SourceReader(kafka, _materializer, Topic);
        var readers = await source.AssignedAsync(2, "assignment");
        await readers[1].ReadAsync(800, "reading beside a paused stream");

        readers[0].Seek(offset, epoch: 1);
        await ReadEpochAsync(readers[0], epoch: 1, count: 800 - offset);
        await source.StopAsync();

        CheckEpochsAscend(readers[0]);
        CheckNumbers(Epoch(readers[0], 1), from: offset, count: 800 - offset, firstValue: offset);
    }

    [Fact]
    public async Task Given_a_broker_that_is_down_When_a_partition_is_sought_Then_it_is_sought_once_the_broker_is_back()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        await kafka.Append(Topic, 0, TopicWriter.Numbers(0, 50));
        var source = new SourceReader(kafka, _materializer, Topic);
        var reader = await source.AssignedAsync("assignment");
        await reader.ReadAsync(50, "reading before the broker goes down");

        await EventFilter.Warning(contains: "cannot be sought yet").ExpectOneAsync(Waits.Patience, () =>
        {
            kafka.BrokerDown(1);
            reader.Seek(offset: 20, epoch: 1);
            return Task.CompletedTask;
        });
        kafka.BrokerUp(1);
        await ReadEpochAsync(reader, epoch: 1, count: 30);
        await source.StopAsync();

        CheckNumbers(Epoch(reader, 1), from: 20, count: 30, firstValue: 20);
    }

    [Fact]
    public async Task Given_records_that_retention_has_deleted_When_they_are_sought_Then_the_stream_fails_and_says_which()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        await kafka.Append(Topic, 0, TopicWriter.Numbers(0, 100));
        var source = new SourceReader(kafka, _materializer, Topic);
        var reader = await source.AssignedAsync("assignment");
        await reader.ReadAsync(100, "reading before the seek");
        kafka.DeleteRecordsBefore(Topic, 0, 60);

        reader.Seek(offset: 10, epoch: 1);

        var lost = await Assert.ThrowsAsync<LostRecordsException>(() => reader.ReadToEndAsync("reading after the seek"));
        await source.StopAsync();
        Assert.Contains("from offset 10 are needed", lost.Message, StringComparison.Ordinal);
        Assert.Contains("starts at 60", lost.Message, StringComparison.Ordinal);
        Assert.Contains("50 of them", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_lost_records_may_be_skipped_When_they_are_sought_Then_reading_goes_on_at_the_oldest_record()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        await kafka.Append(Topic, 0, TopicWriter.Numbers(0, 100));
        var source = new SourceReader(kafka, _materializer, Topic, lostRecords: LostRecords.Skip);
        var reader = await source.AssignedAsync("assignment");
        await reader.ReadAsync(100, "reading before the seek");
        kafka.DeleteRecordsBefore(Topic, 0, 60);

        reader.Seek(offset: 10, epoch: 1);
        await ReadEpochAsync(reader, epoch: 1, count: 40);
        await source.StopAsync();

        CheckNumbers(Epoch(reader, 1), from: 60, count: 40, firstValue: 60);
        Assert.Equal(50, reader.Control.Skipped);
    }

    [Theory]
    [InlineData(LostRecords.Stop)]
    [InlineData(LostRecords.Skip)]
    public async Task Given_a_place_behind_the_end_When_it_is_sought_Then_the_stream_fails_and_says_where_the_log_ends(LostRecords lostRecords)
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        await kafka.Append(Topic, 0, TopicWriter.Numbers(0, 30));
        var source = new SourceReader(kafka, _materializer, Topic, lostRecords: lostRecords);
        var reader = await source.AssignedAsync("assignment");

        reader.Seek(offset: 31, epoch: 1);

        var lost = await Assert.ThrowsAsync<LostRecordsException>(() => reader.ReadToEndAsync("reading after the seek"));
        await source.StopAsync();
        Assert.Contains("ends at 30", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_broker_that_goes_away_When_it_is_back_Then_reading_goes_on_and_nothing_is_lost()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        await kafka.Append(Topic, 0, TopicWriter.Numbers(0, 100));
        var source = new SourceReader(kafka, _materializer, Topic);
        var reader = await source.AssignedAsync("assignment");
        await reader.ReadAsync(30, "reading before the broker goes down");

        kafka.BrokerDown(1);
        kafka.BrokerUp(1);
        await kafka.Append(Topic, 0, TopicWriter.Numbers(100, 100));
        await reader.ReadAsync(200, "reading after the broker came back");
        await source.StopAsync();

        CheckNumbers(reader.Records, from: 0, count: 200);
    }

    [Fact]
    public async Task Given_errors_that_pass_When_records_are_fetched_Then_all_arrive()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        await kafka.Append(Topic, 0, TopicWriter.Numbers(0, 100));
        kafka.PushRequestErrors(KafkaRequest.Fetch, ErrorCode.NotLeaderForPartition, ErrorCode.UnknownTopicOrPart, ErrorCode.Local_Transport);
        kafka.PushRequestErrors(KafkaRequest.ListOffsets, ErrorCode.LeaderNotAvailable);
        var source = new SourceReader(kafka, _materializer, Topic);
        var reader = await source.AssignedAsync("assignment");

        await reader.ReadAsync(100, "reading through errors");
        await source.StopAsync();

        CheckNumbers(reader.Records, from: 0, count: 100);
    }

    [Fact]
    public async Task Given_a_second_member_When_it_joins_and_leaves_Then_partitions_go_and_come_back_and_streams_end()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 2);
        await Task.WhenAll(kafka.Append(Topic, 0, TopicWriter.Numbers(0, 200)), kafka.Append(Topic, 1, TopicWriter.Numbers(0, 200)));
        var first = new SourceReader(kafka, _materializer, Topic);
        var alone = await first.AssignedAsync(2, "assignment of one member");
        // One stream is read to its end, the other is left paused.
        await alone[0].ReadAsync(200, "reading alone");

        var second = new SourceReader(kafka, _materializer, Topic);
        var revoked = new[] { await first.RevokedAsync("a second member joins"), await first.RevokedAsync("a second member joins") };
        await Task.WhenAll(alone.Select(reader => reader.ReadToEndAsync("revocation")));
        var (shares, revokedAgain) = await ShareAsync(first, second);
        await Task.WhenAll(shares.Select(reader => reader.ReadAsync(200, "reading a share")));
        await second.StopAsync();
        await shares[1].ReadToEndAsync("leaving");
        await revokedAgain;
        await shares[0].ReadToEndAsync("the second member leaves");
        var again = await first.AssignedAsync(2, "assignment after the second member left");
        await Task.WhenAll(again.Select(reader => reader.ReadAsync(200, "reading alone again")));
        await first.StopAsync();

        Assert.Equal([0, 1], revoked.Select(partition => partition.Partition).Order());
        Assert.All(revoked, partition => Assert.False(partition.Lost));
        Assert.Equal([0, 1], shares.Select(reader => reader.Partition).Order());
        CheckNumbers(alone[1].Records, from: 0, count: alone[1].Records.Count);
        Assert.All([alone[0], .. shares, .. again], reader => CheckNumbers(reader.Records, from: 0, count: 200));
    }

    [Fact]
    public async Task Given_a_cooperative_group_When_a_second_member_joins_Then_only_what_it_gets_is_revoked_and_the_rest_flows_on()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 2);
        await Task.WhenAll(kafka.Append(Topic, 0, TopicWriter.Numbers(0, 100)), kafka.Append(Topic, 1, TopicWriter.Numbers(0, 100)));
        var cooperative = ("partition.assignment.strategy", "cooperative-sticky");
        var first = new SourceReader(kafka, _materializer, Topic, consumer: cooperative);
        var alone = await first.AssignedAsync(2, "assignment of one member");
        await Task.WhenAll(alone.Select(reader => reader.ReadAsync(100, "reading alone")));

        var second = new SourceReader(kafka, _materializer, Topic, consumer: cooperative);
        var revoked = await first.RevokedAsync("a second member joins");
        await alone[revoked.Partition].ReadToEndAsync("revocation");
        var share = await second.AssignedAsync("sharing, second member");
        await share.ReadAsync(100, "reading a share");
        var kept = alone[1 - revoked.Partition];
        await kafka.Append(Topic, kept.Partition, TopicWriter.Numbers(100, 100));
        await kept.ReadAsync(200, "reading what was kept");
        await first.StopAsync();
        await second.StopAsync();

        Assert.Equal(revoked.Partition, share.Partition);
        CheckNumbers(kept.Records, from: 0, count: 200);
        CheckNumbers(share.Records, from: 0, count: 100);
    }

    [Fact]
    public async Task Given_a_source_that_reads_When_it_is_stopped_Then_it_gives_up_its_partitions_and_completes()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        await kafka.Append(Topic, 0, TopicWriter.Numbers(0, 100));
        var source = new SourceReader(kafka, _materializer, Topic);
        var reader = await source.AssignedAsync("assignment");
        await reader.ReadAsync(50, "reading before the stop");

        source.Stop();
        source.Stop();

        Assert.Equal(new PartitionRevoked(Topic, 0, Lost: false), await source.NextAsync("stopping"));
        Assert.Null(await source.NextAsync("stopping"));
        await reader.ReadToEndAsync("stopping");
        CheckNumbers(reader.Records, from: 0, count: reader.Records.Count);
    }

    [Fact]
    public async Task Given_a_broker_that_is_down_When_a_source_is_stopped_Then_it_completes()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        var source = new SourceReader(kafka, _materializer, Topic);
        var reader = await source.AssignedAsync("assignment");
        kafka.BrokerDown(1);

        await source.StopAsync();

        await reader.ReadToEndAsync("stopping without a broker");
    }

    [Fact]
    public async Task Given_no_broker_from_the_start_When_a_source_is_stopped_Then_it_completes()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.BrokerDown(1);
        var source = new SourceReader(kafka, _materializer, Topic);

        await source.StopAsync();
    }

    [Theory]
    [InlineData("no.such.setting", "1")]
    [InlineData("fetch.wait.max.ms", "soon")]
    public async Task Given_a_setting_that_the_client_does_not_take_When_the_source_runs_Then_it_fails_and_names_it(string name, string value)
    {
        var settings = new KafkaSettings { BootstrapServers = "127.0.0.1:9", Consumer = new Dictionary<string, string> { [name] = value } };

        var failure = await Record.ExceptionAsync(() => KafkaSource.Partitions(settings, Topic, "readers", StartOffset.Earliest)
            .RunWith(Sink.Ignore<PartitionEvent>(), _materializer)
            .Within("starting", "a failure"));

        Assert.True(failure is InvalidOperationException or ArgumentException, $"Got {failure}.");
        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// The partition that each of two members gets, and the first one's next revocation. The embedded cluster refuses a follower that
    /// comes after its leader, and then shares out once more.
    /// </summary>
    private static async Task<(PartitionReader[] Shares, Task<PartitionRevoked> Revoked)> ShareAsync(SourceReader first, SourceReader second)
    {
        var share = second.AssignedAsync("sharing, second member");
        while (true)
        {
            var shareOfFirst = await first.AssignedAsync("sharing, first member");
            var revoked = first.RevokedAsync("sharing, or the second member leaves");
            if (await Task.WhenAny(share, revoked) == share)
            {
                return ([shareOfFirst, await share], revoked);
            }

            await shareOfFirst.ReadToEndAsync("sharing once more");
        }
    }

    private static Task ReadEpochAsync(PartitionReader reader, int epoch, int count) => reader.ReadUntilAsync(
        () => reader.Records.Count(record => record.Epoch == epoch) >= count, $"reading epoch {epoch}", $"{count} records of it");

    private static List<SeenRecord> Epoch(PartitionReader reader, int epoch) => [.. reader.Records.Where(record => record.Epoch == epoch)];

    private static void CheckEpochsAscend(PartitionReader reader)
    {
        var epochs = reader.Records.Select(record => record.Epoch).ToList();
        Assert.Equal(epochs.Order(), epochs);
    }

    /// <summary>That the records have consecutive offsets and the numbers that were written there.</summary>
    private static void CheckNumbers(IReadOnlyList<SeenRecord> records, int from, int count, int firstValue = 0) =>
        Assert.Equal(
            TopicWriter.Numbers(firstValue, count).Select((value, i) => ((long)(from + i), (string?)value)),
            records.Select(record => (record.Offset, record.Value)));
}
