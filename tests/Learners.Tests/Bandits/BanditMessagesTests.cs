using MessagePack;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Learners.Tests.Bandits;

/// <summary>What goes between nodes: examples with payloads, decisions, reports of keys.</summary>
public sealed class BanditMessagesTests
{
    private static readonly MessagePackSerializerOptions Options = MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);

    [Fact]
    public void Given_decisions_of_several_lengths_When_they_are_sent_Then_they_arrive_as_they_were()
    {
        var fleet = new BanditFleetUnderTest(Plan());
        var sent = fleet.Process(BanditStream.Of(BanditStream.PerContext, ["a", "b"], 40));

        var arrived = Sent(sent);

        AssertSame(sent, arrived, sent.Count);
        Assert.Equal(sent.Lists, arrived.Lists);
        Assert.Equal(sent.ListEnds, arrived.ListEnds);
        Assert.True(arrived.Lists.Length > 100);
    }

    [Fact]
    public void Given_a_batch_that_is_filled_again_with_less_When_it_is_sent_Then_nothing_of_before_is_left()
    {
        var fleet = new BanditFleetUnderTest(Plan());
        var feed = BanditStream.Of(BanditStream.PerContext, ["a"], 60);
        var batch = PredictionBatch.Allocate(30, 0);
        fleet.Fleet.Process(feed.Batch(0, 30), 0, batch);
        var before = batch.Lists.Length;
        var refused = new BanditFeed();
        for (var row = 0; row < 29; row++)
        {
            refused.Feedback("a", BanditStream.Start, "x", double.NaN);
        }

        refused.Context("a", BanditStream.Start, "last", new BanditContext(2, [1], [1, 2, 3, 4]));
        fleet.Fleet.Process(refused.Batch(), 0, batch);

        var arrived = Sent(batch);

        Assert.True(before > 3);
        Assert.Equal(3, arrived.Lists.Length);
        Assert.All(Enumerable.Range(0, 29), row => Assert.Empty(arrived.List(row).ToArray()));
        Assert.Equal(3, arrived.List(29).Length);
    }

    [Fact]
    public void Given_rows_of_two_answers_When_they_are_taken_over_into_one_Then_each_has_its_own_list()
    {
        var fleet = new BanditFleetUnderTest(Plan());
        var feed = BanditStream.Of(BanditStream.PerContext, ["a", "b"], 40);
        var (one, other) = (fleet.Process(feed.Batch(0, 50)), fleet.Process(feed.Batch(50, feed.Count)));
        var all = PredictionBatch.Allocate(30, 0);
        for (var row = 0; row < 10; row++)
        {
            all.CopyRow(one, row + 40, row);
        }

        for (var row = 10; row < 30; row++)
        {
            all.CopyRow(other, row - 10, row);
        }

        var arrived = Sent(all);

        for (var row = 0; row < 30; row++)
        {
            var (source, from) = row < 10 ? (one, row + 40) : (other, row - 10);
            Assert.Equal(source.List(from).ToArray(), arrived.List(row).ToArray());
            Assert.Equal((source.Statuses[from], source.ModelVersions[from]), (arrived.Statuses[row], arrived.ModelVersions[row]));
        }
    }

    [Fact]
    public void Given_predictions_of_one_width_When_they_are_sent_Then_they_have_no_lists()
    {
        var batch = PredictionBatch.Allocate(2, 3);
        batch.Row(1).Fill(7);

        var arrived = Sent(batch);

        Assert.Equal(batch.Values, arrived.Values);
        Assert.Empty(arrived.ListEnds);
        Assert.Empty(arrived.Lists);
        Assert.Empty(arrived.List(1).ToArray());
        Assert.Empty(Sent(PredictionBatch.Empty).Statuses);
    }

    [Fact]
    public void Given_lists_that_do_not_fit_the_rows_When_a_batch_is_made_Then_it_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Batch([1], [0.0]));
        Assert.Throws<ArgumentException>(() => Batch([1, 2], [0.0]));
        Assert.Throws<ArgumentException>(() => Batch([2, 1], [0.0, 1.0]));
        Assert.Throws<ArgumentException>(() => Batch([-1, 1], [0.0, 1.0]));
        Assert.Equal([0.0, 1.0], Batch([0, 2], [0.0, 1.0]).List(1).ToArray());

        static PredictionBatch Batch(int[] ends, double[] lists) =>
            new(new ExampleStatus[2], new long[2], [], 0, listEnds: ends, lists: lists);
    }

    [Fact]
    public void Given_examples_with_payloads_When_they_are_sent_Then_a_fleet_makes_the_same_of_them()
    {
        var feed = BanditStream.Of(BanditStream.PerContext, ["a", "b"], 40).Forget("b").Repeat();
        var (here, there) = (new BanditFleetUnderTest(Plan()), new BanditFleetUnderTest(Plan()));
        var arrived = MessagePackSerializer.Deserialize<ExampleBatch>(MessagePackSerializer.Serialize(feed.Batch(), Options), Options);

        AssertSame(here.Process(feed), there.Process(arrived), feed.Count);
        BanditFleetUnderTest.AssertSame(here.Save(), there.Save());
    }

    [Fact]
    public void Given_reports_of_keys_When_they_are_sent_as_those_of_any_task_Then_they_arrive_as_they_were()
    {
        var plan = Plan();
        var fleet = new BanditFleetUnderTest(plan);
        fleet.Process(BanditStream.Of(BanditStream.PerContext, ["a", "b", "c"], 40));
        KeyReport[] sent = [.. fleet.Fleet.Report()];

        var bytes = MessagePackSerializer.Serialize(sent, Options);
        var arrived = MessagePackSerializer.Deserialize<KeyReport[]>(bytes, Options);

        Assert.Equivalent(sent, arrived, strict: true);
        Assert.All(arrived, report => Assert.IsType<BanditKeyReport>(report));
        Assert.InRange(bytes.Length, 1, sent.Length * plan.ReportBytes);
        Assert.Equal(fleet.Summary().StateHash(), new BanditSummary(plan, arrived).StateHash());
        Assert.Equal(fleet.Summary().Join, new BanditSummary(plan, arrived).Join);
        Assert.Equal(fleet.Summary().EstimatesOf(1).Ips, new BanditSummary(plan, arrived).EstimatesOf(1).Ips);
    }

    private static PredictionBatch Sent(PredictionBatch batch) =>
        MessagePackSerializer.Deserialize<PredictionBatch>(MessagePackSerializer.Serialize(batch, Options), Options);

    private static void AssertSame(PredictionBatch expected, PredictionBatch actual, int rows)
    {
        Assert.Equal(expected.Statuses, actual.Statuses);
        Assert.Equal(expected.ModelVersions, actual.ModelVersions);
        Assert.All(Enumerable.Range(0, rows), row => Assert.Equal(expected.List(row).ToArray(), actual.List(row).ToArray()));
    }

    private static BanditPlan Plan() =>
        new(BanditStream.PerContext, [LearnerChoice.Named("bandit", "linear-square-cb"), LearnerChoice.Named("bandit", "uniform")], 1, 100);
}
