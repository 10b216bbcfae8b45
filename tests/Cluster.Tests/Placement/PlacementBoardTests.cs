using Microsoft.Extensions.Time.Testing;
using StreamLearn.Actors.Buckets;
using StreamLearn.Cluster.Placement;

namespace StreamLearn.Cluster.Tests.Placement;

public sealed class PlacementBoardTests
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly PlacementBoard _board;

    public PlacementBoardTests() => _board = new PlacementBoard(_time, Lifetime);

    [Fact]
    public void Given_a_report_When_it_gets_old_Then_it_counts_no_more_until_the_next()
    {
        Assert.False(_board.Knows("a", 1));
        _board.Accept(Report("a", 1, 0));
        Assert.True(_board.Knows("a", 1));

        _time.Advance(Lifetime);
        Assert.True(_board.Knows("a", 1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_board.Knows("a", 1));
        Assert.Null(Node("a").Capacity);

        _board.Accept(Report("a", 1, 1));
        Assert.True(_board.Knows("a", 1));
    }

    [Fact]
    public void Given_a_node_that_starts_again_at_its_address_When_its_old_life_is_forgotten_Then_the_new_one_is_known()
    {
        _board.Accept(Report("a", 1, 9));
        _board.Accept(Report("a", 2, 0));
        _board.Forget("a", 1);

        Assert.Equal((false, true), (_board.Knows("a", 1), _board.Knows("a", 2)));
    }

    [Fact]
    public void Given_a_node_that_is_gone_When_a_late_report_of_it_comes_Then_it_is_dropped()
    {
        _board.Accept(Report("a", 1, 0));
        _board.Forget("a", 1);
        _board.Accept(Report("a", 1, 1));
        Assert.False(_board.Knows("a", 1));

        // What it knows of such nodes does not pile up.
        _time.Advance(PlacementBoard.MostUnderWay + TimeSpan.FromSeconds(1));
        _board.Forget("b", 1);
        _board.Accept(Report("a", 1, 2));
        Assert.True(_board.Knows("a", 1));
    }

    [Fact]
    public void Given_a_report_in_parts_When_they_come_in_any_order_and_some_never_Then_only_whole_ones_count()
    {
        _board.Accept(Report("a", 1, 0, part: 1, parts: 2, Costs("q", "learner", (1, 0.2f))));
        Assert.False(_board.Knows("a", 1));
        _board.Accept(Report("a", 1, 1, part: 1, parts: 2, Costs("q", "learner", (1, 0.3f))));
        _board.Accept(Report("a", 1, 0, part: 0, parts: 2, Costs("p", "learner", (1, 9f))));
        Assert.False(_board.Knows("a", 1));

        _board.Accept(Report("a", 1, 1, part: 0, parts: 2, Costs("q", "learner", (2, 0.4f))));

        Assert.True(_board.Knows("a", 1));
        Assert.Equal(0.3 + 0.4 + (2 * MeasuredAllocation.CostOfBeing), Node("a").OtherLoad, 6);
    }

    [Fact]
    public void Given_an_older_report_When_it_comes_after_a_newer_one_Then_it_is_dropped()
    {
        _board.Accept(Report("a", 1, 5, costs: Costs("p", "learner", (1, 0.5f))));
        _board.Accept(Report("a", 1, 4, costs: Costs("p", "learner", (1, 0.1f))));

        Assert.Equal(0.501, _board.CostsOf("p").Of(1), 6);
    }

    [Fact]
    public void Given_a_shard_that_moves_When_its_new_home_does_not_know_its_cost_yet_Then_the_last_known_one_holds()
    {
        _board.Accept(Report("a", 1, 0, costs: Costs("p", "learner", (1, 0.5f), (2, 0.1f))));
        _board.Accept(Report("a", 1, 1, costs: Costs("p", "learner", (2, 0.1f))));
        _board.Accept(Report("b", 1, 0, costs: Costs("p", "learner", (1, float.NaN))));
        Assert.Equal(0.501, _board.CostsOf("p").Of(1), 6);

        _board.Accept(Report("b", 1, 1, costs: Costs("p", "learner", (1, 0.7f))));
        Assert.Equal((0.701, 0.401), (Math.Round(_board.CostsOf("p").Of(1), 6), Math.Round(_board.CostsOf("p").Of(3), 6)));
    }

    /// <summary>Regression: they counted as much as the measured ones on average, so a node with empty shards only seemed as busy as the one that did all the work.</summary>
    [Fact]
    public void Given_shards_without_a_bucket_When_their_node_has_reported_since_they_came_Then_they_cost_next_to_nothing()
    {
        var settling = TimeSpan.FromSeconds(10);
        var homes = new ShardHomes(_time);
        _board.Accept(Report("a", 1, 0, costs: Costs("p", "learner", (1, 0.5f), (2, 0.1f))));
        _board.Accept(Report("b", 1, 0));
        homes.Note([(1, "a", 1), (2, "a", 1), (5, "b", 1), (6, "b", 1)]);
        Assert.Equal("; unsettled", Idle("b", 5, 6));

        // The one report may have been on its way before the shards came.
        _time.Advance(TimeSpan.FromSeconds(9));
        _board.Accept(Report("b", 1, 1));
        Assert.Equal("; unsettled", Idle("b", 5, 6));
        _time.Advance(TimeSpan.FromSeconds(1));
        homes.Note([(1, "b", 1), (2, "a", 1), (5, "b", 1), (6, "b", 1)]);
        _board.Accept(Report("b", 1, 2, costs: Costs("p", "learner", (6, float.NaN))));
        Assert.Equal("5; unsettled", Idle("b", 1, 5, 6));
        Assert.Equal("5; settled", Idle("b", 5, 6));
        Assert.Equal("; unsettled", Idle("c", 5));

        // Another life of the node has been given what the one before had: it has not said anything of it yet.
        homes.Note([(1, "b", 1), (2, "a", 1), (5, "b", 2), (6, "b", 1)]);
        Assert.Equal("; unsettled", Idle("b", 5));

        var costs = _board.CostsOf("p").WithIdle(new HashSet<int> { 5 });
        Assert.Equal((0.501, 0.101), (Math.Round(costs.Of(1), 6), Math.Round(costs.Of(2), 6)));
        Assert.Equal((MeasuredAllocation.CostOfBeing, 0.301), (costs.Of(5), Math.Round(costs.Of(6), 6)));
        Assert.Equal(0.301, _board.CostsOf("nothing").WithIdle(new HashSet<int> { 5 }).Of(5), 6);

        string Idle(string node, params int[] shards)
        {
            var (idle, isSettled) = _board.IdleOf(node, 1, "p", [.. shards.Select(shard => (shard, homes.Since(shard)))], settling);
            return $"{string.Join(',', idle)}; {(isSettled ? "settled" : "unsettled")}";
        }
    }

    [Fact]
    public void Given_a_pipeline_without_a_cost_When_others_have_some_Then_it_is_supposed_to_be_like_them()
    {
        Assert.Equal(1, _board.CostsOf("p").Of(0));

        _board.Accept(Report("a", 1, 0, costs: Costs("q", "learner", (1, 0.5f), (2, 0.1f))));

        Assert.Equal(0.301, _board.CostsOf("p").Of(0), 6);
    }

    [Fact]
    public void Given_a_node_with_threads_and_gpus_When_it_is_asked_for_Then_capacity_and_other_load_are_those_of_the_role()
    {
        _board.Accept(Report("a", 1, 0) with
        {
            Threads = 8, Devices = 2,
            Pipelines = [Costs("p", "learner", (1, 0.5f)), Costs("q", "learner-gpu", (1, 0.7f)), Costs("r", "learner", (1, 0.2f))],
        });

        var onThreads = _board.NodeOf("a", 1, "learner", "p", [1]);
        var onGpus = _board.NodeOf("a", 1, "learner-gpu", "other", []);

        Assert.Equal((8.0, 0.201), (onThreads.Capacity, Math.Round(onThreads.OtherLoad, 6)));
        Assert.Equal((2.0, 0.701), (onGpus.Capacity, Math.Round(onGpus.OtherLoad, 6)));
    }

    [Fact]
    public void Given_a_pipeline_that_has_moved_shards_When_others_on_the_same_nodes_want_to_Then_they_wait()
    {
        var rest = TimeSpan.FromSeconds(20);
        Assert.True(_board.MayMove("learner", "p", rest));
        _board.Moved("learner", "p");

        Assert.Equal(
            (true, false, true),
            (_board.MayMove("learner", "p", rest), _board.MayMove("learner", "q", rest), _board.MayMove("learner-gpu", "g", rest)));
        _time.Advance(rest);
        Assert.True(_board.MayMove("learner", "q", rest));
    }

    [Fact]
    public void Given_more_shards_than_a_message_holds_When_a_report_is_made_Then_its_parts_are_small_and_nothing_is_lost()
    {
        var whole = Report("akka.tcp://streamlearn@127.0.0.1:4053", 1, 0);
        ShardCost[] costs = [.. Enumerable.Range(0, 3).SelectMany(pipeline => Enumerable.Range(0, 20_000).Select(shard => new ShardCost($"p{pipeline}", shard, 0.01 * shard)))];

        var parts = NodeReports.Split(whole, costs, pipeline => pipeline == "p1" ? "learner-gpu" : "learner");

        Assert.Equal(Enumerable.Range(0, parts.Count), parts.Select(part => part.Part));
        Assert.All(parts, part => Assert.Equal(parts.Count, part.Parts));
        Assert.All(parts, part => Assert.True(MessagePack.MessagePackSerializer.Serialize(part).Length < 100_000));
        Assert.Equal(
            costs.Select(cost => (cost.Pipeline, cost.Shard, (float)cost.Cost)),
            parts.SelectMany(part => part.Pipelines).SelectMany(
                pipeline => pipeline.Shards.Zip(pipeline.Costs).Select(shard => (pipeline.Pipeline, shard.First, shard.Second))));
        Assert.All(parts.SelectMany(part => part.Pipelines), pipeline => Assert.Equal(pipeline.Pipeline == "p1" ? "learner-gpu" : "learner", pipeline.Role));
        Assert.Single(NodeReports.Split(whole, [], _ => "learner"));
        Assert.Equal(5, NodeReports.Split(whole, [.. costs.Take(5)], _ => "learner", mostBytes: 1).Count);
    }

    private static NodeReport Report(string address, int uid, long number, int part = 0, int parts = 1, params PipelineCosts[] costs) =>
        new(NodeReport.CurrentVersion, address, uid, number, part, parts, ["learner"], 4, 0, costs);

    private static PipelineCosts Costs(string pipeline, string role, params (int Shard, float Cost)[] shards) =>
        new(pipeline, role, [.. shards.Select(shard => shard.Shard)], [.. shards.Select(shard => shard.Cost)]);

    private PlacementNode Node(string address) => _board.NodeOf(address, 1, "learner", "p", []);
}
