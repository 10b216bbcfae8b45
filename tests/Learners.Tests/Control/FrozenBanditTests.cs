using MessagePack;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Control;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Tests.Bandits;

namespace StreamLearn.Learners.Tests.Control;

/// <summary>What every learner of the task <c>bandit</c> does while it is frozen.</summary>
public sealed class FrozenBanditTests
{
    // Of the block of a key's learners: records, decisions, learned, not learned, cost, generator, join, health, estimates, learners.
    private const int Learners = 9;
    private const int Unlearned = 3;

    private static readonly string[] Keys = ["a", "b"];

    public static TheoryData<string> Kinds => BanditRows.Kinds();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Given_a_frozen_key_When_it_decides_and_feedback_comes_Then_all_goes_on_and_nothing_is_learned(string kind)
    {
        var plan = Plan(kind);
        var fleet = new BanditFleetUnderTest(plan);
        var feed = BanditStream.Of(BanditStream.Fixed, Keys, 120);
        var (first, second) = (feed.Batch(0, feed.Count / 2), feed.Batch(feed.Count / 2, feed.Count));
        fleet.Process(first);
        var (before, state) = (fleet.ReportOf("a"), fleet.SaveKey("a"));
        Say(fleet, ControlVerb.Freeze, "a");

        var predictions = fleet.Process(second);

        var after = fleet.ReportOf("a");
        Assert.Equal(Field(state, Learners), Field(fleet.SaveKey("a"), Learners));
        Assert.True(after.Frozen && !fleet.ReportOf("b").Frozen);
        Assert.True(after.Decisions > before.Decisions + 10 && after.Learned > before.Learned + 10 && after.Cost > before.Cost, "Nothing has gone on.");
        Assert.True(after.Join.Joined > before.Join.Joined && predictions.Statuses.Contains(ExampleStatus.Learned), "No feedback was joined.");
        Assert.Equal(after.Learned - before.Learned, Number(Field(fleet.SaveKey("a"), Unlearned)));
        Assert.False(
            before.Estimates[0].AsSpan().SequenceEqual(after.Estimates[0]), "Its decisions were not scored.");
        for (var row = 0; row < second.Count; row++)
        {
            if (second.Key(row)[0] == 'a' && predictions.Statuses[row] is ExampleStatus.Predicted or ExampleStatus.Learned && second.Key(row)[0] == 'a')
            {
                Assert.Equal(before.Learned, predictions.ModelVersions[row]);
            }
        }

        // As ever, once it may.
        Say(fleet, ControlVerb.Unfreeze, "a");
        fleet.Process(BanditStream.Of(BanditStream.Fixed, Keys, 40, seed: 9));
        Assert.Equal(after.Learned - before.Learned, Number(Field(fleet.SaveKey("a"), Unlearned)));
        if (kind != "uniform")
        {
            Assert.NotEqual(Field(state, Learners), Field(fleet.SaveKey("a"), Learners));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Given_a_fleet_When_it_is_frozen_and_learns_again_Then_chunks_and_restarts_change_nothing(string kind)
    {
        var plan = Plan(kind);
        var (whole, pieces) = (plan.CreateFleet(10), plan.CreateFleet(10));
        var feed = BanditStream.Of(BanditStream.Fixed, Keys, 30);
        Control(feed, ControlVerb.Freeze, null);
        var more = BanditStream.Of(BanditStream.Fixed, ["a", "late"], 30, seed: 2);
        Append(feed, more);
        Control(feed, ControlVerb.Unfreeze, "a");
        Append(feed, BanditStream.Of(BanditStream.Fixed, ["a", "late"], 60, seed: 3));
        Process(whole, feed.Batch());

        foreach (var batch in feed.Batches([1, 50, 51, 80, 120, 121, 160, 161]))
        {
            Process(pieces, batch);
            pieces = StoredControls.Copy(plan, pieces);
        }

        Assert.Equal(plan.Summarize(whole.Report()).StateHash(), plan.Summarize(pieces.Report()).StateHash());
        Assert.Equal([false, true, true], whole.Report().Select(report => report.Frozen));
    }

    private static BanditPlan Plan(string kind) => new(BanditStream.Fixed, [LearnerChoice.Named("bandit", kind), LearnerChoice.Named("bandit", "linear-square-cb")], 1, 10);

    private static void Say(BanditFleetUnderTest fleet, ControlVerb verb, string? key)
    {
        var feed = new BanditFeed();
        Control(feed, verb, key);
        Assert.Equal([ExampleStatus.Controlled], fleet.Process(feed).Statuses);
    }

    private static void Control(BanditFeed feed, ControlVerb verb, string? key) => feed.Add(
        key ?? "", 0, new ControlRecord(verb, key is null ? ControlScope.Pipeline : ControlScope.Key, "r").Encode(), ExampleKind.Control);

    private static void Append(BanditFeed feed, BanditFeed more)
    {
        var batch = more.Batch();
        for (var row = 0; row < batch.Count; row++)
        {
            feed.Add(System.Text.Encoding.UTF8.GetString(batch.Key(row)), batch.Times[row], batch.Payload(row).ToArray(), batch.Kinds[row]);
        }
    }

    private static void Process(ILearnerFleet fleet, ExampleBatch batch) =>
        fleet.Process(batch, 0, PredictionBatch.Allocate(batch.Count, fleet.PredictionWidth));

    private static long Number(byte[] field) => new MessagePackReader(field).ReadInt64();

    private static byte[] Field(byte[] state, int field)
    {
        var reader = new MessagePackReader(state);
        reader.ReadArrayHeader();
        for (var i = 0; i < 7; i++)
        {
            reader.Skip();
        }

        Assert.Equal(12, reader.ReadArrayHeader());
        Assert.Equal("bandit-learners", reader.ReadString());
        reader.Skip();
        for (var i = 0; i < field; i++)
        {
            reader.Skip();
        }

        var start = (int)reader.Consumed;
        reader.Skip();
        return state[start..(int)reader.Consumed];
    }
}
