using Akka.Actor;
using Confluent.Kafka;
using StreamLearn.Actors.Ingest;

namespace StreamLearn.EndToEnd.Tests.Nodes;

public sealed class NodeFaultTests
{
    [Fact]
    public async Task Given_a_broker_that_goes_away_and_comes_back_when_records_are_under_way_then_none_is_lost_and_the_state_is_undisturbed()
    {
        await using var world = await NodeWorld.StartAsync();
        await world.ProduceAsync(1000);
        await world.AnsweredAsync(500);

        world.Kafka.BrokerDown(1);
        var producing = world.ProduceAsync(1000);
        world.Kafka.BrokerUp(1);

        await producing;
        await world.AssertUndisturbedAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Given_learner_entities_that_crash_when_records_go_on_then_the_log_is_read_again_and_the_state_is_undisturbed(bool kill)
    {
        await using var world = await NodeWorld.StartAsync();
        await world.ProduceAsync(1000);
        await world.AnsweredAsync(700);

        var system = world.Pipeline.System;
        var entities = system.ActorSelection("/system/sharding/link-load/*/*");
        entities.Tell(kill ? Kill.Instance : PoisonPill.Instance);
        await world.ProduceAsync(500);
        await world.AnsweredAsync(1500);

        // A bucket that has crashed after its last record is seen at its next one.
        await world.ProduceAsync(Programs.SampleRecords.Keys);
        await NodeWorld.UntilAsync(() => world.Pipeline.Progress.Rewinds > 0, () => "a rewind");
        await world.AssertUndisturbedAsync();
    }

    /// <summary>One that ends between writing copies and committing: it begins before what it has copied.</summary>
    [Fact]
    public async Task Given_a_copier_that_copies_records_again_when_they_come_then_they_are_dropped_and_the_state_is_undisturbed()
    {
        await using var world = await NodeWorld.StartAsync(
            "pipelines.link-load.source.co-partitioned=off",
            "kafka.consumer.\"session.timeout.ms\"=3000", "kafka.consumer.\"heartbeat.interval.ms\"=500");
        await world.ProduceAsync(500);
        await world.AnsweredAsync(500);

        await world.RestartAsync(async () =>
        {
            using var copier = Member(world, "streamlearn-link-load-copier");
            copier.Subscribe("link-load");
            await NodeWorld.UntilAsync(() => copier.Consume(1) is null && copier.Assignment.Count == 2, () => "both partitions");
            copier.Commit([new TopicPartitionOffset("link-load", 0, 0), new TopicPartitionOffset("link-load", 1, 0)]);
            copier.Close();
        });
        await world.ProduceAsync(500);
        await world.AnsweredAsync(500);
        await world.Node.DrainAsync();

        Assert.Equal((500, 500), ((int)world.Pipeline.Progress.Predictions, (int)world.Pipeline.Progress.Repeated));
        await world.AssertStateUndisturbedAsync();
    }

    /// <summary>As <c>rollback</c> and <c>replay</c> do; the consumer group knows nothing of it.</summary>
    [Theory]
    [InlineData("at-least-once")]
    [InlineData("exactly-once")]
    public async Task Given_a_partition_that_is_taken_by_no_member_of_the_group_when_records_go_on_then_the_pipeline_fails_and_says_why(string delivery)
    {
        await using var world = await NodeWorld.StartAsync(
            "checkpoint.every=200ms", $"pipelines.link-load.sinks.delivery={delivery}");
        await world.ProduceAsync(500);
        await world.AnsweredAsync(500);

        await using (var store = await world.OpenStoreAsync())
        {
            await store.TakePartitionAsync("link-load", 0);
        }

        await world.ProduceAsync(500);
        await NodeWorld.UntilAsync(() => world.Pipeline.Completion.IsCompleted, () => "an end of the pipeline");

        var failure = await Assert.ThrowsAsync<LearnersFailedException>(() => world.Pipeline.Completion);
        Assert.Contains("the consumer group has given it to this node", failure.Message, StringComparison.Ordinal);
        Assert.Contains("partition 0", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Partitions are revoked while their records are under way, and come back.</summary>
    [Fact]
    public async Task Given_another_consumer_of_the_group_when_it_comes_and_goes_then_no_record_is_left_out()
    {
        // The embedded broker takes a session's time-out to share the partitions out anew.
        await using var world = await NodeWorld.StartAsync(
            "kafka.consumer.\"session.timeout.ms\"=3000", "kafka.consumer.\"heartbeat.interval.ms\"=500");
        await world.ProduceAsync(500);
        await world.AnsweredAsync(500);
        using (var other = Member(world, "streamlearn-link-load"))
        {
            other.Subscribe("link-load");
            await NodeWorld.UntilAsync(
                () =>
                {
                    other.Consume(TimeSpan.FromMilliseconds(1));
                    return other.Assignment.Count == 1;
                },
                () => $"a partition for the other consumer; it has {other.Assignment.Count}, the node {world.Pipeline.Progress.Partitions}");
            await world.ProduceAsync(500);
            other.Close();
        }

        await NodeWorld.UntilAsync(() => world.Pipeline.Progress.Partitions == NodeWorld.Partitions, () => "both partitions back");

        // What is read again is answered again: only the learners say whether everything has come.
        await NodeWorld.UntilAsync(
            async () => (await world.Pipeline.SummarizeAsync()).Reports.Sum(key => key.Records) >= 1000, () => "1000 records learned from");
        Assert.False(world.Pipeline.Completion.IsCompleted);
        await world.Node.DrainAsync();
        Assert.True(world.Pipeline.Completion.IsCompletedSuccessfully);
        Assert.Equal(1000, (await world.Pipeline.SummarizeAsync()).Reports.Sum(key => key.Records));
    }

    /// <summary>The embedded broker neither isolates nor fences, and forgets the offsets of transactions: what it shows is that outputs
    /// come, in the order of the log, once.</summary>
    [Fact]
    public async Task Given_exactly_once_delivery_when_records_are_learned_then_each_has_one_prediction()
    {
        await using var world = await NodeWorld.StartAsync("pipelines.link-load.sinks.delivery=exactly-once", "checkpoint.every=200ms");
        await world.ProduceAsync(1500);
        await world.AssertUndisturbedAsync();

        var offsets = world.PredictedOffsets();
        Assert.Equal(1500, offsets.Sum(partition => partition.Value.Count));
        Assert.All(offsets, partition => Assert.Equal(Enumerable.Range(0, partition.Value.Count).Select(offset => (long)offset), partition.Value.Order()));
    }

    /// <summary>A consumer that the embedded broker takes into a group of the node's.</summary>
    private static IConsumer<byte[], byte[]> Member(NodeWorld world, string group) => new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
    {
        BootstrapServers = world.Kafka.BootstrapServers,
        GroupId = group,
        EnableAutoCommit = false,
        SessionTimeoutMs = 3000,
        HeartbeatIntervalMs = 500,
        PartitionAssignmentStrategy = PartitionAssignmentStrategy.RoundRobin,
    }).Build();
}
