using Confluent.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Streams.Tests.Kafka;

public class EmbeddedKafkaTests
{
    private const string Topic = "link-load";

    /// <summary>Every member, called as it would be with a cluster.</summary>
    private static readonly Dictionary<string, Action<EmbeddedKafka>> Calls = new()
    {
        [nameof(EmbeddedKafka.BootstrapServers)] = kafka => _ = kafka.BootstrapServers,
        [nameof(EmbeddedKafka.CreateTopic)] = kafka => kafka.CreateTopic(Topic, 1),
        [nameof(EmbeddedKafka.BrokerDown)] = kafka => kafka.BrokerDown(1),
        [nameof(EmbeddedKafka.BrokerUp)] = kafka => kafka.BrokerUp(1),
        [nameof(EmbeddedKafka.SetRoundTripTime)] = kafka => kafka.SetRoundTripTime(1, TimeSpan.Zero),
        [nameof(EmbeddedKafka.PushRequestErrors)] = kafka => kafka.PushRequestErrors(KafkaRequest.Fetch, ErrorCode.NoError),
        [nameof(EmbeddedKafka.ClearRequestErrors)] = kafka => kafka.ClearRequestErrors(KafkaRequest.Fetch),
        [nameof(EmbeddedKafka.SetTopicError)] = kafka => kafka.SetTopicError(Topic, ErrorCode.NoError),
        [nameof(EmbeddedKafka.SetPartitionLeader)] = kafka => kafka.SetPartitionLeader(Topic, 0, 1),
        [nameof(EmbeddedKafka.DeleteRecordsBefore)] = kafka => kafka.DeleteRecordsBefore(Topic, 0, 0),
        [nameof(EmbeddedKafka.SetGroupInitialRebalanceDelay)] = kafka => kafka.SetGroupInitialRebalanceDelay(TimeSpan.Zero),
    };

    /// <summary>Arguments that librdkafka would crash on, ignore or misread.</summary>
    private static readonly Dictionary<string, Action<EmbeddedKafka>> WrongCalls = new()
    {
        ["an empty topic name"] = kafka => kafka.CreateTopic("", 1),
        ["a topic name with a space"] = kafka => kafka.CreateTopic("link load", 1),
        ["a topic name of 250 characters"] = kafka => kafka.CreateTopic(new string('a', 250), 1),
        ["two dots for a topic"] = kafka => kafka.CreateTopic("..", 1),
        ["no partitions"] = kafka => kafka.CreateTopic(Topic, 0),
        ["10,001 partitions"] = kafka => kafka.CreateTopic(Topic, 10_001),
        ["broker 0 down"] = kafka => kafka.BrokerDown(0),
        ["broker -1 up"] = kafka => kafka.BrokerUp(-1),
        ["a negative round-trip time"] = kafka => kafka.SetRoundTripTime(1, TimeSpan.FromSeconds(-1)),
        ["a delay of a year"] = kafka => kafka.SetGroupInitialRebalanceDelay(TimeSpan.FromDays(365)),
        ["a leader for partition -1"] = kafka => kafka.SetPartitionLeader(Topic, -1, 1),
        ["broker 0 as leader"] = kafka => kafka.SetPartitionLeader(Topic, 0, 0),
        ["deleting before offset -1"] = kafka => kafka.DeleteRecordsBefore(Topic, 0, -1),
    };

    public static TheoryData<string> Members => [.. Calls.Keys];

    public static TheoryData<string> WrongArguments => [.. WrongCalls.Keys];

    [Fact]
    public void Given_a_topic_with_three_partitions_When_metadata_is_asked_Then_it_has_three()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 3);
        using var admin = kafka.Admin();

        var metadata = admin.Topic(Topic);

        Assert.Equal([0, 1, 2], metadata.Partitions.Select(partition => partition.PartitionId).Order());
    }

    [Fact]
    public void Given_a_topic_nobody_created_When_a_client_asks_for_it_Then_it_has_four_partitions()
    {
        using var kafka = EmbeddedKafka.Start();
        using var admin = kafka.Admin();

        Assert.Equal(4, admin.Topic("unheard-of").Partitions.Count);
    }

    [Fact]
    public void Given_three_brokers_When_metadata_is_asked_Then_all_are_there_on_the_loopback_address()
    {
        using var kafka = EmbeddedKafka.Start(brokers: 3);
        using var admin = kafka.Admin();

        var brokers = admin.GetMetadata(KafkaClients.Patience).Brokers;

        Assert.Equal([1, 2, 3], brokers.Select(broker => broker.BrokerId).Order());
        Assert.Equal(
            kafka.BootstrapServers.Split(',').Order(StringComparer.Ordinal),
            brokers.Select(broker => $"127.0.0.1:{broker.Port}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Given_a_topic_When_it_is_created_again_Then_librdkafkas_reason_is_told()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);

        var error = Assert.Throws<EmbeddedKafkaException>(() => kafka.CreateTopic(Topic, partitions: 1));

        Assert.Equal(ErrorCode.TopicAlreadyExists, error.Code);
        Assert.Contains($"'{Topic}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("already exists", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_one_broker_When_a_second_is_taken_down_Then_an_error_names_it()
    {
        using var kafka = EmbeddedKafka.Start();

        var error = Assert.Throws<EmbeddedKafkaException>(() => kafka.BrokerDown(2));

        Assert.Contains("broker 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(WrongArguments))]
    public void Given_a_cluster_When_an_argument_is_wrong_Then_it_is_refused(string what)
    {
        using var kafka = EmbeddedKafka.Start();

        var error = Record.Exception(() => WrongCalls[what](kafka));

        Assert.True(error is ArgumentException, $"{what}: expected an ArgumentException, got {error?.ToString() ?? "none"}.");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void Given_a_senseless_number_of_brokers_When_starting_Then_it_is_refused(int brokers) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => EmbeddedKafka.Start(brokers));

    [Fact]
    public async Task Given_records_in_chosen_partitions_When_each_is_read_Then_they_come_in_order_with_consecutive_offsets()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 3);
        using (var producer = kafka.Producer())
        {
            for (var record = 0; record < 5; record++)
            {
                await producer.Send(Topic, partition: 0, $"first {record}");
                await producer.Send(Topic, partition: 2, $"last {record}");
            }
        }
        using var consumer = kafka.Consumer();
        consumer.Assign(Enumerable.Range(0, 3).Select(partition => new TopicPartitionOffset(Topic, partition, Offset.Beginning)));

        var records = consumer.Read(expected: 10, "reading three partitions");

        foreach (var (partition, name) in new[] { (0, "first"), (2, "last") })
        {
            Assert.Equal(
                Enumerable.Range(0, 5).Select(index => ((long)index, $"{name} {index}")),
                records.Where(record => record.Partition == partition).Select(record => (record.Offset.Value, record.Message.Value)));
        }
    }

    [Fact]
    public async Task Given_a_broker_that_went_down_When_it_is_up_again_Then_it_takes_records_and_has_the_old_ones()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        using var impatient = kafka.Producer(config => config.MessageTimeoutMs = 500);
        using var producer = kafka.Producer();
        await producer.Send(Topic, partition: 0, "before");

        kafka.BrokerDown(1);
        var error = await Assert.ThrowsAsync<ProduceException<string, string>>(() => impatient.Send(Topic, partition: 0, "during"));
        kafka.BrokerUp(1);
        await producer.Send(Topic, partition: 0, "after");

        Assert.Equal(ErrorCode.Local_MsgTimedOut, error.Error.Code);
        using var consumer = kafka.Consumer();
        consumer.Assign(new TopicPartitionOffset(Topic, 0, 0));
        Assert.Equal(["before", "after"], consumer.Read(expected: 2, "reading after the outage").Select(record => record.Message.Value));
    }

    [Fact]
    public async Task Given_a_broker_slower_than_a_record_may_take_When_producing_Then_it_fails_until_the_broker_is_quick_again()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        using var impatient = kafka.Producer(config => config.MessageTimeoutMs = 500);
        using var producer = kafka.Producer();
        await impatient.Send(Topic, partition: 0, "quick");

        kafka.SetRoundTripTime(1, TimeSpan.FromSeconds(2));
        var error = await Assert.ThrowsAsync<ProduceException<string, string>>(() => impatient.Send(Topic, partition: 0, "slow"));
        kafka.SetRoundTripTime(1, TimeSpan.Zero);

        Assert.Equal(ErrorCode.Local_MsgTimedOut, error.Error.Code);
        Assert.Equal(PersistenceStatus.Persisted, (await producer.Send(Topic, partition: 0, "quick again")).Status);
    }

    [Fact]
    public async Task Given_errors_that_a_client_retries_When_a_record_is_produced_Then_it_is_delivered_once()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        using var producer = kafka.Producer();
        kafka.PushRequestErrors(KafkaRequest.Produce, ErrorCode.NotLeaderForPartition, ErrorCode.NotLeaderForPartition);

        var first = await producer.Send(Topic, partition: 0, "first");
        var second = await producer.Send(Topic, partition: 0, "second");

        Assert.Equal((0, 1), (first.Offset.Value, second.Offset.Value));
    }

    [Fact]
    public async Task Given_a_connection_that_is_cut_When_a_record_is_produced_Then_it_is_delivered_over_a_new_one()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        using var producer = kafka.Producer();
        kafka.PushRequestErrors(KafkaRequest.Produce, ErrorCode.Local_Transport);

        var delivered = await producer.Send(Topic, partition: 0, "value");

        Assert.Equal(PersistenceStatus.Persisted, delivered.Status);
    }

    [Fact]
    public async Task Given_an_error_that_no_client_retries_When_a_record_is_produced_Then_it_surfaces_and_the_record_is_not_there()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        using var producer = kafka.Producer();
        kafka.PushRequestErrors(KafkaRequest.Produce, ErrorCode.TopicAuthorizationFailed);

        var error = await Assert.ThrowsAsync<ProduceException<string, string>>(() => producer.Send(Topic, partition: 0, "refused"));

        Assert.Equal(ErrorCode.TopicAuthorizationFailed, error.Error.Code);
        // Another producer, as this one believes for a while that the topic is closed to it.
        using var other = kafka.Producer();
        Assert.Equal(0, (await other.Send(Topic, partition: 0, "value")).Offset.Value);
    }

    [Fact]
    public async Task Given_errors_to_come_When_they_are_cleared_Then_requests_succeed()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        using var producer = kafka.Producer();
        kafka.PushRequestErrors(KafkaRequest.Produce, ErrorCode.TopicAuthorizationFailed, ErrorCode.TopicAuthorizationFailed);

        kafka.ClearRequestErrors(KafkaRequest.Produce);

        Assert.Equal(0, (await producer.Send(Topic, partition: 0, "value")).Offset.Value);
    }

    [Fact]
    public void Given_a_topic_with_an_error_When_metadata_is_asked_Then_it_shows_the_error_until_it_is_taken_back()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        using var admin = kafka.Admin();

        kafka.SetTopicError(Topic, ErrorCode.TopicAuthorizationFailed);
        var withError = admin.Topic(Topic);
        kafka.SetTopicError(Topic, ErrorCode.NoError);
        var without = admin.Topic(Topic);

        Assert.Equal((ErrorCode.TopicAuthorizationFailed, ErrorCode.NoError), (withError.Error.Code, without.Error.Code));
    }

    [Fact]
    public async Task Given_two_brokers_When_a_partition_changes_its_leader_Then_clients_follow_and_its_records_are_still_there()
    {
        using var kafka = EmbeddedKafka.Start(brokers: 2);
        kafka.CreateTopic(Topic, partitions: 1);
        kafka.SetPartitionLeader(Topic, 0, brokerId: 1);
        using var producer = kafka.Producer();
        await producer.Send(Topic, partition: 0, "to broker 1");

        kafka.SetPartitionLeader(Topic, 0, brokerId: 2);
        kafka.BrokerDown(1);
        var second = await producer.Send(Topic, partition: 0, "to broker 2");

        Assert.Equal(1, second.Offset.Value);
        using var admin = kafka.Admin();
        Assert.Equal(2, Assert.Single(admin.Topic(Topic).Partitions).Leader);
    }

    [Fact]
    public void Given_a_topic_When_a_partition_it_has_not_gets_a_leader_Then_that_is_an_error()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);

        var error = Assert.Throws<EmbeddedKafkaException>(() => kafka.SetPartitionLeader(Topic, 1, brokerId: 1));

        Assert.Equal(ErrorCode.UnknownTopicOrPart, error.Code);
    }

    [Fact]
    public async Task Given_deleted_records_When_reading_from_before_them_Then_it_goes_on_at_the_new_start()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        using (var producer = kafka.Producer())
        {
            for (var record = 0; record < 5; record++)
            {
                await producer.Send(Topic, partition: 0, $"value {record}");
            }
        }

        kafka.DeleteRecordsBefore(Topic, 0, offset: 3);

        using var consumer = kafka.Consumer();
        var kept = consumer.QueryWatermarkOffsets(new TopicPartition(Topic, 0), KafkaClients.Patience);
        Assert.Equal((3, 5), (kept.Low.Value, kept.High.Value));
        consumer.Assign(new TopicPartitionOffset(Topic, 0, 1));
        Assert.Equal([3, 4], consumer.Read(expected: 2, "reading from a deleted offset").Select(record => record.Offset.Value));
    }

    [Fact]
    public void Given_more_records_than_a_partition_keeps_When_they_are_produced_Then_only_its_own_oldest_are_gone()
    {
        const int Records = 60_000;
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 2);
        using (var producer = kafka.Producer(config => config.LingerMs = 5))
        {
            var value = new string('x', 100);
            producer.Produce(new TopicPartition(Topic, 1), new Message<string, string> { Key = "", Value = value });
            for (var record = 0; record < Records; record++)
            {
                producer.Produce(new TopicPartition(Topic, 0), new Message<string, string> { Key = "", Value = value });
            }
            Assert.Equal(0, producer.Flush(KafkaClients.Patience));
        }

        using var consumer = kafka.Consumer();
        var full = consumer.QueryWatermarkOffsets(new TopicPartition(Topic, 0), KafkaClients.Patience);
        var other = consumer.QueryWatermarkOffsets(new TopicPartition(Topic, 1), KafkaClients.Patience);

        Assert.Equal(Records, full.High.Value);
        Assert.InRange(full.High.Value - full.Low.Value, 30_000, 50_000);
        Assert.Equal((0, 1), (other.Low.Value, other.High.Value));
    }

    [Fact]
    public void Given_two_members_of_a_group_When_both_are_polled_Then_they_share_the_partitions()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 4);
        using var one = new GroupMember(kafka, Topic);
        using var other = new GroupMember(kafka, Topic);

        PollUntilEven(one, other, "joining a group");

        Assert.Equal([0, 1, 2, 3], one.Partitions.Concat(other.Partitions).Order());
    }

    [Fact]
    public void Given_a_cooperative_group_When_a_member_joins_Then_the_first_gives_up_only_what_the_second_gets()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 4);
        var revoked = new List<int>();
        static void Cooperative(ConsumerConfig config) =>
            config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky;
        using var one = new GroupMember(kafka, Topic, Cooperative, builder => builder.SetPartitionsRevokedHandler(
            (_, partitions) => revoked.AddRange(partitions.Select(partition => partition.Partition.Value))));
        KafkaClients.Poll(
            [one.Consumer],
            _ => { },
            () => one.Partitions.Count == 4,
            "joining alone",
            () => "4 partitions",
            () => $"{one.Partitions.Count}");
        using var other = new GroupMember(kafka, Topic, Cooperative);

        PollUntilEven(one, other, "joining a cooperative group");

        Assert.Equal(other.Partitions.Order(), revoked.Order());
    }

    [Fact]
    public async Task Given_a_member_that_leaves_When_another_joins_Then_it_starts_at_the_committed_offset()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        using var producer = kafka.Producer();
        await producer.Send(Topic, partition: 0, "first");
        await producer.Send(Topic, partition: 0, "second");
        using (var leaver = new GroupMember(kafka, Topic))
        {
            leaver.Consumer.Commit(leaver.Consumer.Read(expected: 1, "reading before leaving")[0]);
        }

        using var heir = new GroupMember(kafka, Topic);

        Assert.Equal("second", Assert.Single(heir.Consumer.Read(expected: 1, "reading after another left")).Message.Value);
    }

    [Fact]
    public async Task Given_three_clusters_at_once_When_one_gets_a_record_Then_the_others_do_not()
    {
        using var first = EmbeddedKafka.Start();
        using var second = EmbeddedKafka.Start();
        using var third = EmbeddedKafka.Start();
        EmbeddedKafka[] all = [first, second, third];
        foreach (var kafka in all)
        {
            kafka.CreateTopic(Topic, partitions: 1);
        }
        using var producer = second.Producer();

        await producer.Send(Topic, partition: 0, "value");

        Assert.Equal(3, all.Select(kafka => kafka.BootstrapServers).Distinct().Count());
        var ends = all.Select(kafka =>
        {
            using var consumer = kafka.Consumer();
            return consumer.QueryWatermarkOffsets(new TopicPartition(Topic, 0), KafkaClients.Patience).High.Value;
        });
        Assert.Equal([0, 1, 0], ends);
    }

    [Fact]
    public void Given_a_disposed_cluster_When_it_is_disposed_again_Then_nothing_happens()
    {
        var kafka = EmbeddedKafka.Start();
        kafka.Dispose();

        kafka.Dispose();
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void Given_a_disposed_cluster_When_it_is_used_Then_it_says_so(string member)
    {
        var kafka = EmbeddedKafka.Start();
        kafka.Dispose();

        var error = Record.Exception(() => Calls[member](kafka));

        Assert.True(error is ObjectDisposedException, $"{member}: expected an ObjectDisposedException, got {error?.ToString() ?? "none"}.");
    }

    [Fact]
    public async Task Given_a_cluster_in_use_on_several_threads_When_it_is_disposed_Then_they_see_only_that()
    {
        var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(Topic, partitions: 1);
        // On threads of their own: the pool may have none to spare for what never awaits.
        using var running = new CountdownEvent(2);
        var users = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(
            () =>
            {
                running.Signal();
                while (true)
                {
                    kafka.SetPartitionLeader(Topic, 0, brokerId: 1);
                    kafka.ClearRequestErrors(KafkaRequest.Fetch);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        Assert.True(running.Wait(KafkaClients.Patience), $"starting users: expected 2 to run, {running.CurrentCount} do not.");

        kafka.Dispose();

        foreach (var user in users)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => user.WaitAsync(KafkaClients.Patience));
        }
    }

    [Fact]
    public void Given_the_library_that_clients_run_on_When_a_cluster_starts_Then_no_second_copy_is_loaded()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        using var kafka = EmbeddedKafka.Start();

        var copies = File.ReadLines("/proc/self/maps")
            .Where(line => line.Contains("librdkafka", StringComparison.Ordinal))
            .Select(line => line[line.IndexOf('/')..])
            .Distinct();

        Assert.Single(copies);
    }

    private static void PollUntilEven(GroupMember one, GroupMember other, string phase) => KafkaClients.Poll(
        [one.Consumer, other.Consumer],
        _ => { },
        () => one.Partitions.Count == 2 && other.Partitions.Count == 2,
        phase,
        () => "2 and 2 partitions",
        () => $"{one.Partitions.Count} and {other.Partitions.Count}");
}
