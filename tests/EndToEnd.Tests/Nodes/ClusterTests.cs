using System.Net;
using System.Net.Sockets;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Tests.Checkpoints.Worlds;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Membership;

namespace StreamLearn.EndToEnd.Tests.Nodes;

[Collection(WholeClusters.Name)]
public sealed class ClusterTests
{
    [Fact]
    public async Task Given_three_nodes_under_load_when_each_is_stopped_and_started_again_then_no_record_is_lost_or_learned_or_answered_twice()
    {
        await using var world = await ClusterWorld.StartAsync(3);
        await world.ProduceAsync(1000);
        await world.AnsweredAsync();
        Assert.InRange((await world.EntitiesAsync()).Count(node => node.Value > 0), 2, 3);

        for (var number = 0; number < 3; number++)
        {
            await world.ProduceWhileAsync(RestartAsync(world, number));
        }

        await world.AnsweredAsync();
        var rewinds = world.Rewinds;
        await world.AssertUndisturbedAsync();
        Assert.All(world.PredictedOffsets().Values, offsets => Assert.Equal(Enumerable.Range(0, offsets.Count).Select(offset => (long)offset), offsets));
        Assert.Equal(world.Produced, world.PredictedOffsets().Values.Sum(offsets => offsets.Count));
        Assert.Equal(0, rewinds);
    }

    [Fact]
    public async Task Given_a_node_with_all_buckets_under_load_when_another_comes_then_some_move_there_and_no_record_is_lost_or_learned_twice()
    {
        await using var world = await ClusterWorld.StartAsync(2, start: false);
        string[] quick = ["node.placement.report-every=500ms", "node.placement.rebalance-every=1s", "node.placement.most-moves=4", "node.placement.threshold=0.05"];
        await world.StartNodeAsync(0, quick);
        await world.ProduceAsync(600);
        await world.AnsweredAsync();
        var before = Assert.Single(await world.EntitiesAsync()).Value;

        await world.StartNodeAsync(1, quick);
        await world.ProduceWhileAsync(NodeWorld.UntilAsync(
            async () => (await world.EntitiesAsync()).Count(node => node.Value > 0) == 2, () => $"buckets on both nodes, not all {before} on one"));

        await world.AnsweredAsync();
        var rewinds = world.Rewinds;
        await world.AssertUndisturbedAsync();
        Assert.All(world.PredictedOffsets().Values, offsets => Assert.Equal(Enumerable.Range(0, offsets.Count).Select(offset => (long)offset), offsets));
        Assert.Equal(world.Produced, world.PredictedOffsets().Values.Sum(offsets => offsets.Count));
        Assert.Equal(0, rewinds);
    }

    [Fact]
    public async Task Given_nodes_of_different_roles_and_certificates_of_one_authority_when_records_come_then_one_reads_and_the_other_learns()
    {
        await using var world = await ClusterWorld.StartAsync(2, start: false);
        using var authority = new TestCertificates(world.Folder, "authority");
        string[] quorum = ["node.split-brain.strategy=static-quorum", "node.split-brain.quorum=1"];
        await world.StartNodeAsync(0, [.. authority.Settings("first"), "node.roles=[ingest]", .. quorum]);
        await world.StartNodeAsync(1, [.. authority.Settings("second"), "node.roles=[learner]", .. quorum]);
        await world.ProduceAsync(500);
        await world.AnsweredAsync();

        Assert.Equal((500, 0), ((int)world.Node(0).Pipelines[0].Progress.Records, (int)world.Node(1).Pipelines[0].Progress.Records));
        var node = Assert.Single(await world.EntitiesAsync());
        Assert.EndsWith($":{world.ConfigOf(1).Node.Port}", node.Key, StringComparison.Ordinal);
        Assert.StartsWith("akka.ssl.tcp://", node.Key, StringComparison.Ordinal);
        var resolver = world.Node(1).Pipelines[0].System.Settings.Config.GetConfig("akka.cluster.split-brain-resolver");
        Assert.Equal(
            ("static-quorum", 1, TimeSpan.FromSeconds(3)),
            (resolver.GetString("active-strategy"), resolver.GetInt("static-quorum.quorum-size"), resolver.GetTimeSpan("stable-after")));
        await world.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task Given_a_node_with_the_certificate_of_another_authority_when_it_is_started_then_it_is_not_let_in_and_the_others_go_on()
    {
        await using var world = await ClusterWorld.StartAsync(2, start: false);
        using var authority = new TestCertificates(world.Folder, "authority");
        using var stranger = new TestCertificates(world.Folder, "stranger");
        await world.StartNodeAsync(0, authority.Settings("first"));

        var refused = await Assert.ThrowsAsync<ClusterJoinException>(
            () => world.StartNodeAsync(1, [.. stranger.Settings("second"), "node.join-timeout=6s"]));
        Assert.Contains("the same streamlearn.node.tls", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ClusterJoinException>(() => world.StartNodeAsync(1, "node.join-timeout=3s"));

        var own = await Assert.ThrowsAsync<ConfigurationException>(() => world.StartNodeAsync(1, stranger.Settings("third", authority)));
        Assert.Contains("other nodes would not believe", own.Message, StringComparison.Ordinal);
        await world.ProduceAsync(100);
        await world.AssertUndisturbedAsync();
    }

    [Theory]
    [InlineData("node.shards=32", "streamlearn.node.shards is 64 there and 32 here")]
    [InlineData("pipelines.link-load.learner.lags=6", "streamlearn.pipelines.link-load.learner.lags is 12 there and 6 here")]
    public async Task Given_a_node_with_other_settings_when_it_is_started_then_it_leaves_before_it_has_done_anything(string setting, string message)
    {
        await using var world = await ClusterWorld.StartAsync(2, start: false);
        await world.StartNodeAsync(0);
        await world.ProduceAsync(100);
        await world.AnsweredAsync();

        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => world.StartNodeAsync(1, setting));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.Contains("expected the same settings on all nodes", refused.Message, StringComparison.Ordinal);
        await world.ProduceAsync(100);
        await world.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task Given_a_node_with_a_checkpoint_store_of_its_own_when_it_is_started_then_it_leaves_before_it_has_done_anything()
    {
        await using var world = await ClusterWorld.StartAsync(2, start: false);
        await world.StartNodeAsync(0);
        var config = world.ConfigOf(1);
        var own = new CheckpointStoreOptions { Path = Path.Combine(world.Folder, "own.db") };

        var refused = await Assert.ThrowsAsync<ConfigurationException>(
            () => world.StartNodeAsync(1, config with { Checkpoint = config.Checkpoint with { Store = own } }));

        Assert.Matches("its checkpoint store has the id [0-9a-f]{32}, and this node's [0-9a-f]{32}; expected one store for all nodes", refused.Message);
        await world.ProduceAsync(100);
        await world.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task Given_an_address_that_is_taken_when_a_node_is_started_then_it_is_refused()
    {
        await using var world = await ClusterWorld.StartAsync(1, start: false);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, world.ConfigOf(0).Node.Port));
        socket.Listen();

        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => world.StartNodeAsync(0));

        Assert.Contains("expected an address of this machine and a free port", refused.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Given_a_cluster_whose_postgresql_goes_away_under_load_when_it_is_back_then_nothing_is_lost()
    {
        var server = new PostgresServer();
        await server.InitializeAsync();
        try
        {
            await using var world = await ClusterWorld.StartAsync(2, store: await server.CreateDatabaseAsync());
            await world.ProduceAsync(500);
            await world.AnsweredAsync();

            await server.StopAsync();
            await world.ProduceWhileAsync(Task.Delay(TimeSpan.FromSeconds(10)));
            await server.StartAsync();

            await world.AssertUndisturbedAsync();
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task RestartAsync(ClusterWorld world, int number)
    {
        await world.StopNodeAsync(number);
        await world.StartNodeAsync(number);
    }
}
