using Confluent.Kafka;
using StreamLearn.Cluster.Control;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Learners.Control;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.EndToEnd.Tests.Nodes;

/// <summary>What operators do to a node's pipeline, against an embedded broker.</summary>
public sealed class NodeControlTests
{
    private const string Name = "link-load";
    private const string Copied = "pipelines.link-load.source.co-partitioned=off";

    // Nothing is stored by itself.
    private const string Never = "checkpoint.every=1h";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("pipelines.link-load.buckets=4")]
    [InlineData(Copied)]
    public async Task Given_a_node_that_is_paused_When_it_is_started_again_Then_it_stays_paused_and_resumed_it_ends_as_if_undisturbed(string setting)
    {
        await using var world = await NodeWorld.StartAsync(setting);
        await world.ProduceAsync(300);
        await world.AnsweredAsync(100);

        var paused = await world.Node.Controls.PauseAsync(Name);
        await world.ProduceAsync(300);

        Assert.True(paused.Paused);
        Assert.Empty(paused.Waiting);
        Assert.Equal(Enumerable.Range(0, NodeWorld.Partitions), paused.Partitions.Select(partition => partition.Partition));
        var (answered, offsets) = (world.Pipeline.Progress.Records, Offsets(paused));
        Assert.Equal(offsets, Committed(world));
        Assert.Equal(offsets, Offsets(await world.Node.Controls.CheckpointAsync(Name)));
        Assert.Contains("ok; pipeline link-load is paused", (await world.Health.ReadyAsync()).Checks.Select(check => check.Finding));
        Assert.True((await world.Health.ReadyAsync()).Ready);
        Assert.True(Assert.Single((await world.Health.ClusterAsync()).Pipelines).Paused);

        await world.RestartAsync(() => world.ProduceAsync(100));

        Assert.Equal(answered, (await StoredAsync(world)));
        Assert.Equal(offsets, Offsets(await world.Node.Controls.CheckpointAsync(Name)));
        Assert.Equal(offsets, Offsets(await world.Node.Controls.PauseAsync(Name)));
        Assert.Equal(0, world.Pipeline.Progress.Records);
        Assert.True(world.Pipeline.Progress.Pause.IsPaused);

        var resumed = await world.Node.Controls.ResumeAsync(Name);
        Assert.False(resumed.Paused);
        await world.AnsweredAsync(world.Produced - answered);
        await world.Node.DrainAsync();
        await world.AssertStateUndisturbedAsync();

        static async Task<long> StoredAsync(NodeWorld world)
        {
            await using var store = await world.OpenStoreAsync();
            Assert.Equal([Name], await store.PausedAsync());
            return (await store.DescribeAsync(Name))!.Cursors.Sum(cursor => cursor.Next);
        }
    }

    [Fact]
    public async Task Given_another_that_says_so_in_the_store_When_a_node_looks_Then_it_is_paused_and_goes_on()
    {
        await using var world = await NodeWorld.StartAsync();
        await using var store = await world.OpenStoreAsync();
        await store.SetPausedAsync(Name, true);
        await NodeWorld.UntilAsync(() => world.Pipeline.Progress.Pause.IsPaused, () => "a node that has seen it");

        await world.ProduceAsync(50);
        await world.Node.Controls.CheckpointAsync(Name);
        Assert.Equal(0, world.Pipeline.Progress.Records);

        await store.SetPausedAsync(Name, false);
        await world.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task Given_records_learned_When_a_checkpoint_is_asked_for_Then_the_committed_offsets_reach_their_end_and_it_is_stored()
    {
        await using var world = await NodeWorld.StartAsync(Never);
        await world.ProduceAsync(200);
        await world.AnsweredAsync(200);
        Assert.Equal(0, world.Pipeline.Progress.Barriers);

        var report = await world.Node.Controls.CheckpointAsync(Name);

        Assert.Equal(200, report.Partitions.Sum(partition => partition.Next));
        Assert.Equal(Offsets(report), Committed(world));
        Assert.All(report.Partitions, partition => Assert.StartsWith("akka.tcp://streamlearn@", partition.Node, StringComparison.Ordinal));
        Assert.False(report.Paused);
        await using var store = await world.OpenStoreAsync();
        Assert.Equal(200, (await store.DescribeAsync(Name))!.Cursors.Sum(cursor => cursor.Next));

        // Many at once are one.
        var barriers = world.Pipeline.Progress.Barriers;
        await world.ProduceAsync(100);
        await world.AnsweredAsync(300);
        var reports = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => world.Node.Controls.CheckpointAsync(Name)));
        Assert.All(reports, one => Assert.Equal(300, one.Partitions.Sum(partition => partition.Next)));
        Assert.InRange(world.Pipeline.Progress.Barriers - barriers, 1, NodeWorld.Partitions * 2);
        await world.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task Given_frozen_learners_When_records_come_and_the_node_is_started_again_Then_they_predict_and_learn_nothing_and_a_replay_ends_with_the_same_hash()
    {
        await using var world = await NodeWorld.StartAsync(Copied);
        await world.ProduceAsync(200);
        await world.AnsweredAsync(200);
        var before = await world.Pipeline.SummarizeAsync();

        var frozen = await world.Node.Controls.SayAsync(Name, ControlVerb.Freeze, null);
        Assert.Equal((Name, null, true), (frozen.Pipeline, frozen.Key, frozen.Frozen));
        Assert.Equal(Enumerable.Range(0, NodeWorld.Partitions), frozen.Partitions);
        Assert.Equal(16, frozen.Request.Length);
        await world.ProduceAsync(200);
        await world.AnsweredAsync(400);
        await HeardAsync(world, NodeWorld.Partitions * world.Pipeline.Definition.Buckets);
        var during = await world.Pipeline.SummarizeAsync();
        Assert.All(during.Reports, report => Assert.True(report.Frozen));
        Assert.Equal(400, during.Reports.Sum(report => report.Records));
        Assert.NotEqual(before.StateHash(), during.StateHash());
        Assert.Equal(400, world.Pipeline.Progress.Predictions);

        await world.RestartAsync(() => world.ProduceAsync(50));
        await world.AnsweredAsync(50);
        Assert.Equal(["link-1"], await SayAsync(world, ControlVerb.Unfreeze, "link-1"));
        await world.ProduceAsync(150);
        await world.AnsweredAsync(200);
        await world.Node.DrainAsync();
        var live = await world.Pipeline.SummarizeAsync();
        Assert.Equal(["link-1"], live.Reports.Where(report => !report.Frozen).Select(report => System.Text.Encoding.UTF8.GetString(report.Key)));
        Assert.NotEqual(NodeWorld.UndisturbedHash(world.Pipeline.Definition, world.Produced), live.StateHash());
        await world.Node.DisposeAsync();

        var replayed = await PipelineReplay.RunAsync(world.Config, world.Config.Pipelines[0], LogPosition.Earliest, TimeProvider.System);

        Assert.Equal(live.StateHash(), replayed.Summary.StateHash());
        Assert.Equal((600, 0), (replayed.Records, replayed.DeadLetters));
    }

    [Fact]
    public async Task Given_pipelines_that_cannot_When_they_are_told_Then_it_is_said_why()
    {
        await using var world = await NodeWorld.StartAsync();
        var controls = world.Node.Controls;

        var direct = await Assert.ThrowsAsync<ControlException>(() => controls.SayAsync(Name, ControlVerb.Freeze, null));
        Assert.Equal(ControlProblem.Impossible, direct.Problem);
        Assert.Contains("source.co-partitioned = off", direct.Message, StringComparison.Ordinal);
        foreach (var attempt in (Func<Task>[])[() => controls.PauseAsync("x"), () => controls.ResumeAsync("x"), () => controls.CheckpointAsync("x"), () => controls.SayAsync("x", ControlVerb.Freeze, null)])
        {
            var unknown = await Assert.ThrowsAsync<ControlException>(attempt);
            Assert.Equal((ControlProblem.UnknownPipeline, "This node does not run that pipeline; expected one of link-load."), (unknown.Problem, unknown.Message));
        }
    }

    private static async Task<IEnumerable<string>> SayAsync(NodeWorld world, ControlVerb verb, string key)
    {
        var report = await world.Node.Controls.SayAsync(Name, verb, key);
        Assert.Single(report.Partitions);
        return [report.Key!];
    }

    private static Task HeardAsync(NodeWorld world, int buckets) =>
        NodeWorld.UntilAsync(() => world.Pipeline.Progress.Controls >= buckets, () => $"{buckets} buckets that have heard it; {world.Pipeline.Progress.Controls} have");

    private static Dictionary<int, long> Offsets(CheckpointReport report) => report.Partitions.ToDictionary(partition => partition.Partition, partition => partition.Next);

    /// <summary>What the group has committed; 0 where there is nothing.</summary>
    private static Dictionary<int, long> Committed(NodeWorld world)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = world.Kafka.BootstrapServers, GroupId = world.Config.GroupPrefix + Name,
        }).Build();
        var topic = world.Pipeline.Definition.LogTopic;
        return consumer.Committed([.. Enumerable.Range(0, NodeWorld.Partitions).Select(partition => new TopicPartition(topic, partition))], Limit)
            .ToDictionary(committed => committed.Partition.Value, committed => Math.Max(0, committed.Offset.Value));
    }
}
