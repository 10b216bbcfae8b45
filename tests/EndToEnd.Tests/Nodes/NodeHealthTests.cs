using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Health;
using StreamLearn.Cluster.Nodes;
using StreamLearn.EndToEnd.Tests.Programs;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.EndToEnd.Tests.Nodes;

/// <summary>What is said of a node from before its start until after its end.</summary>
public sealed class NodeHealthTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streamlearn-health-");
    private readonly EmbeddedKafka _kafka = EmbeddedKafka.Start();
    private readonly ForwardClock _clock = new();

    public NodeHealthTests()
    {
        foreach (var topic in (string[])["link-load", "link-load.predictions", "link-load.dead-letter"])
        {
            _kafka.CreateTopic(topic, 2);
        }
    }

    public void Dispose()
    {
        _kafka.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Given_a_node_when_it_starts_and_stops_then_it_is_ready_between_and_lives_until_its_actors_have_ended()
    {
        var (config, health) = Prepared();
        Assert.Null(await health.LiveAsync());
        Assert.Contains("it connects to Kafka", await ProblemAsync(health, "node"), StringComparison.Ordinal);

        await using (var node = await StreamLearnNode.StartAsync(config, TimeProvider.System, health: health))
        {
            var ready = await health.ReadyAsync();
            Assert.True(ready.Ready, string.Join("; ", ready.Checks.Select(check => $"{check.Name}: {check.Finding}")));
            Assert.Null(await health.LiveAsync());

            await node.DrainAsync();
            Assert.Contains("it is stopping", await ProblemAsync(health, "node"), StringComparison.Ordinal);
            Assert.Null(await health.LiveAsync());
        }

        Assert.Equal("its actor system has ended", await health.LiveAsync());
        Assert.False((await health.ReadyAsync()).Ready);
        Assert.Equal("removed", (await health.ClusterAsync()).Status);
    }

    [Fact]
    public async Task Given_a_node_when_the_brokers_go_away_then_it_is_not_ready_but_lives()
    {
        var (config, health) = Prepared();
        await using var node = await StreamLearnNode.StartAsync(config, TimeProvider.System, health: health);
        Assert.True((await health.ReadyAsync()).Ready);

        _kafka.Dispose();
        Assert.True((await health.ReadyAsync()).Ready, "They are asked every ten seconds at most.");
        _clock.Forward(TimeSpan.FromSeconds(10));

        Assert.Contains(config.Kafka.BootstrapServers, await ProblemAsync(health, "kafka"), StringComparison.Ordinal);
        Assert.Null(await health.LiveAsync());
    }

    [Fact]
    public async Task Given_learners_that_nobody_has_when_a_node_runs_then_it_says_which_role_is_missing_and_where_no_shards_are()
    {
        var (config, health) = Prepared("node.roles=[ingest]");
        await using var node = await StreamLearnNode.StartAsync(config, TimeProvider.System, health: health);

        Assert.Contains("start a node with --role learner", await ProblemAsync(health, "learners"), StringComparison.Ordinal);
        var pipeline = Assert.Single((await health.ClusterAsync()).Pipelines);
        Assert.Equal(("learner", "no member has the role learner"), (pipeline.Role, pipeline.ShardsProblem));
    }

    private (StreamLearnConfig Config, NodeHealth Health) Prepared(params string[] settings)
    {
        var config = StreamLearnConfig.Load(
            null, ["node.log-level=error", "node.stop-timeout=5s", $"kafka.bootstrap-servers=\"{_kafka.BootstrapServers}\"", .. settings],
            string.Join('\n', SampleRecords.Config("", Path.Combine(_folder.FullName, "checkpoints.db"))));
        return (config, new NodeHealth(config, _clock));
    }

    private static async Task<string> ProblemAsync(NodeHealth health, string check)
    {
        var report = await health.ReadyAsync();
        Assert.False(report.Ready);
        return report.Checks.Single(one => one.Name == check).Finding;
    }

    /// <summary>The clock, ahead by as much as it is told.</summary>
    private sealed class ForwardClock : TimeProvider
    {
        private long _ahead;

        public override long GetTimestamp() => System.GetTimestamp() + Interlocked.Read(ref _ahead);

        internal void Forward(TimeSpan time) => Interlocked.Add(ref _ahead, (long)(time.TotalSeconds * TimestampFrequency));
    }
}
