using System.Collections.Immutable;
using Akka.Actor;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Placement;

namespace StreamLearn.Cluster.Tests.Placement;

/// <summary>Placement with Akka's coordinator, over TCP, in one process.</summary>
public sealed class PlacedClusterTests
{
    private static readonly string[] Learner = ["learner"];

    [Fact]
    public async Task Given_nodes_of_other_capacities_When_buckets_are_spoken_to_Then_they_are_spread_by_capacity_and_follow_nodes_that_come_and_go()
    {
        await using var cluster = new PlacedCluster();
        await cluster.JoinAsync(2, Learner);
        await cluster.JoinAsync(4, Learner);
        Assert.Equal([16, 32], await cluster.WhereAsync());

        var third = await cluster.JoinAsync(2, Learner);
        IReadOnlyList<int> counts = [];
        await PlacedCluster.UntilAsync(
            "the third node has its share, 12 of 48 shards, or nearly", async () => (counts = await cluster.WhereAsync())[2] >= 11, () => string.Join(", ", counts));
        Assert.InRange(counts[0], 11, 13);
        Assert.InRange(counts[1], 23, 25);
        Assert.Equal(48, counts.Sum());

        await cluster.LeaveAsync(third);
        Assert.Equal(48, (await cluster.WhereAsync()).Sum());
    }

    [Fact]
    public async Task Given_a_full_and_an_empty_node_When_all_is_calm_and_reported_Then_shards_move_and_else_none_does()
    {
        await using var cluster = new PlacedCluster();
        var full = await cluster.JoinAsync(2, Learner);
        var empty = await cluster.JoinAsync(2, Learner);
        var emptyRegion = ((ExtendedActorSystem)full.System).Provider.ResolveActorRef(empty.Region.Path.ToStringWithAddress(empty.Cluster.SelfAddress));
        var allocations = ImmutableDictionary<IActorRef, IImmutableList<string>>.Empty
            .Add(full.Region, [.. Enumerable.Range(0, 40).Select(shard => $"{shard}")])
            .Add(emptyRegion, []);
        var settings = StreamLearnConfig.Load(null, ["node.placement.report-every=500ms"]).Placement;
        var informed = Strategy(full.Placement.Board);
        var fromEmpty = new PlacementBoard(TimeProvider.System, TimeSpan.FromMinutes(1));
        fromEmpty.Accept(new NodeReport(1, empty.Address, empty.Cluster.SelfUniqueAddress.Uid, 0, 0, 1, Learner, 2, 0, []));

        // A new coordinator that has not heard of all nodes, shards on their way, a region of a node that is no member.
        Assert.Empty(await Strategy(fromEmpty).Rebalance(allocations, []));
        Assert.Empty(await informed.Rebalance(allocations, ["7"]));
        Assert.Empty(await informed.Rebalance(allocations.Add(
            ((ExtendedActorSystem)full.System).Provider.ResolveActorRef("akka.tcp://placed@127.0.0.1:9/system/sharding/p"), []), []));

        // Not before both have reported on what they have.
        IImmutableSet<string> moved = ImmutableHashSet<string>.Empty;
        Assert.Empty(await informed.Rebalance(allocations, []));
        await PlacedCluster.UntilAsync("shards move", async () => (moved = await informed.Rebalance(allocations, [])).Count > 0, () => "none");
        Assert.Equal(["0", "1", "2", "3"], moved.Order());

        // Where the plan says, and then where there is least.
        var left = allocations.SetItem(full.Region, [.. Enumerable.Range(4, 36).Select(shard => $"{shard}")]);
        foreach (var shard in moved)
        {
            Assert.Equal(emptyRegion, await informed.AllocateShard(full.Region, shard, left));
        }

        Assert.Equal(emptyRegion, await informed.AllocateShard(full.Region, "41", left));

        // A node that leaves gets none and stops all moves.
        empty.Cluster.Leave(empty.Cluster.SelfAddress);
        await PlacedCluster.UntilAsync(
            "the node leaves",
            () => Task.FromResult(full.Cluster.State.Members.All(member =>
                member.Address == full.Cluster.SelfAddress || member.Status != Akka.Cluster.MemberStatus.Up)),
            () => string.Join(", ", full.Cluster.State.Members));
        Assert.Empty(await informed.Rebalance(allocations, []));
        Assert.Equal(full.Region, await informed.AllocateShard(full.Region, "42", left));

        MeasuredAllocation Strategy(PlacementBoard board)
        {
            var strategy = new MeasuredAllocation("other", "learner", board, settings, TimeProvider.System);
            strategy.Start(full.System);
            return strategy;
        }
    }

    [Fact]
    public async Task Given_a_report_of_another_version_or_in_anothers_name_When_it_comes_Then_it_is_not_taken_and_the_next_good_one_is()
    {
        await using var cluster = new PlacedCluster();
        var first = await cluster.JoinAsync(2, Learner);
        var second = await cluster.JoinAsync(2, Learner);
        var reporter = second.System.ActorSelection(new RootActorPath(first.Cluster.SelfAddress) / "user" / PlacementReporter.Name);
        var sender = second.System.ActorOf(Props.Create(() => new Mute()));
        var good = new NodeReport(NodeReport.CurrentVersion, second.Address, Uid: 3, 0, 0, 1, Learner, 2, 0, []);

        reporter.Tell(good with { Version = 2, Uid = 1 }, sender);
        reporter.Tell(good with { Address = first.Address, Uid = 2 }, sender);
        reporter.Tell(good, sender);

        // In order on their way: when the last one is there, the others have been.
        var board = first.Placement.Board;
        await PlacedCluster.UntilAsync("the good report is there", () => Task.FromResult(board.Knows(second.Address, 3)), () => "none");
        Assert.Equal((false, false), (board.Knows(second.Address, 1), board.Knows(first.Address, 2)));
    }

    [Fact]
    public async Task Given_nodes_of_several_roles_When_a_pipeline_needs_a_gpu_Then_its_buckets_live_on_nodes_for_gpus_alone_and_all_nodes_reach_them()
    {
        const string gpu = "pipelines.p.learner={ kind = gru, device = cuda }";
        await using var cluster = new PlacedCluster();
        await cluster.JoinAsync(2, ["ingest"], gpu);
        await cluster.JoinAsync(2, Learner, gpu);
        await cluster.JoinAsync(2, ["ingest", "learner-gpu"], gpu);

        Assert.Equal([0, 0, 48], await cluster.WhereAsync());
        Assert.Equal([0, 0, 48], cluster.Nodes.Select(node => node.Made.Count));
    }

    private sealed class Mute : ReceiveActor
    {
        public Mute() => ReceiveAny(_ => { });
    }
}
