using System.Buffers;
using System.Text;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Control;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Joining;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Tests.Bandits;
using StreamLearn.Learners.Tests.Examples;

namespace StreamLearn.Learners.Tests.Fleets;

/// <summary>What learners would say of a record: that they say it when it comes, and that to ask changes nothing.</summary>
public sealed class ForesightTests
{
    private const long Start = 1_700_000_000_000;
    private const long Minute = 60_000;

    public static TheoryData<string, string> Forecasters()
    {
        var rows = new TheoryData<string, string>();
        foreach (var learner in ForecasterCatalog.All)
        {
            rows.Add(learner.Kind, "none");
            foreach (var reaction in learner.Reactions)
            {
                rows.Add(learner.Kind, reaction.Text());
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Forecasters))]
    public void Given_any_forecaster_when_it_is_asked_about_the_next_record_then_it_says_what_it_says_when_that_comes_and_its_state_is_as_it_was(
        string kind, string reaction)
    {
        const int Asked = 60;
        var task = new ForecastTask { StepMilliseconds = Minute, Features = 1, Horizons = [1, 4], Scoring = new() { From = 20 } };
        var fleet = PlanOf(task, kind, reaction).CreateFleet(100);
        var untouched = PlanOf(task, kind, reaction).CreateFleet(100);
        var feed = new Feed(2).AddWaves(["a", "b"], 0, 300, Minute);
        var (learned, alarms) = (feed.Count - (2 * Asked), 0);
        Process(fleet, feed.Batch(0, learned));
        Process(untouched, feed.Batch(0, learned));
        fleet.TakeChanges();

        for (var record = learned; record < feed.Count; record++)
        {
            if (record == learned + Asked)
            {
                // One that learns no more says what it will say then.
                Freeze(fleet);
                fleet.TakeChanges();
            }

            var next = feed.Batch(record, record + 1);
            var before = StateOf(fleet, next.Key(0));

            var foreseen = fleet.Foresee(next, 0);
            Assert.Equal(foreseen.Numbers, fleet.Foresee(next, 0).Numbers);
            Assert.Equal(before, StateOf(fleet, next.Key(0)));
            Assert.Empty(fleet.TakeChanges());

            var answer = Process(fleet, next);
            alarms += answer.DriftAlarms.Count;
            Assert.Equal(ForesightStatus.Predicted, foreseen.Status);
            Assert.Equal(answer.Row(0).ToArray().Select(BitConverter.DoubleToInt64Bits), foreseen.Numbers.Select(BitConverter.DoubleToInt64Bits));
            Assert.Equal((answer.ModelVersions[0], next.Times[0]), (foreseen.ModelVersion, foreseen.Time));
            var recalled = fleet.Recall(next.Key(0));
            Assert.Equal(foreseen.Numbers, recalled.Numbers);
            Assert.Equal((foreseen.Status, foreseen.ModelVersion, foreseen.Time), (recalled.Status, recalled.ModelVersion, recalled.Time));
            fleet.TakeChanges();
        }

        Process(untouched, feed.Batch(learned, learned + Asked));
        Freeze(untouched);
        Process(untouched, feed.Batch(learned + Asked, feed.Count));
        Assert.Equal(Hash(untouched), Hash(fleet));
        Assert.True(reaction == "none" || alarms > 0, "No alarm was given.");
        fleet.Dispose();
        untouched.Dispose();
    }

    private static void Freeze(ILearnerFleet fleet, int width = 2)
    {
        var word = new ControlRecord(ControlVerb.Freeze, ControlScope.Pipeline, "").Encode();
        var answer = Process(fleet, new ExampleBatch([long.MaxValue], [0], [ExampleKind.Control], [], [0], new double[width], width, payloads: word, payloadEnds: [word.Length]));
        Assert.Equal([ExampleStatus.Controlled], answer.Statuses);
    }

    public static TheoryData<string, bool> Bandits()
    {
        var rows = new TheoryData<string, bool>();
        foreach (var learner in BanditCatalog.All)
        {
            rows.Add(learner.Kind, true);
            rows.Add(learner.Kind, false);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Bandits))]
    public void Given_any_bandit_when_it_is_asked_about_contexts_then_it_has_the_probabilities_that_it_draws_with_and_draws_nothing(string kind, bool fixedActions)
    {
        var task = (fixedActions ? BanditStream.Fixed : BanditStream.PerContext) with { Join = new JoinOptions { TimeToLiveMilliseconds = 15_000, MaxPending = 12 } };
        var plan = new BanditPlan(task, [LearnerChoice.Named("bandit", kind), LearnerChoice.Named("bandit", "uniform")], seed: 1, maxKeys: 100);
        var (fleet, untouched) = (plan.CreateFleet(100), plan.CreateFleet(100));
        var feed = BanditStream.Of(plan.Task, ["a", "b"], rounds: 300);
        var contexts = new Xoshiro256(7);
        var asked = 0;
        var (frozen, version) = (feed.Count - 100, 0L);
        for (var record = 0; record < feed.Count; record++)
        {
            if (record == frozen)
            {
                Freeze(fleet, width: 0);
                Freeze(untouched, width: 0);
                version = fleet.Recall("a"u8).ModelVersion;
            }

            var next = feed.Batch(record, record + 1);
            Foresight? foreseen = null;
            if (record > 50 && BanditRecord.TryRead(next.Payload(0), out var read) && next.Kinds[0] == ExampleKind.Example)
            {
                var before = StateOf(fleet, next.Key(0));
                foreseen = fleet.Foresee(next, 0);
                fleet.Foresee(new BanditFeed().Context("a", next.Times[0], "other", BanditStream.Context(plan.Task, contexts)).Batch(), 0);
                Assert.Equal(before, StateOf(fleet, next.Key(0)));
                Assert.Equal(read.Kind == BanditRecordKind.Feedback ? ForesightStatus.Unusable : ForesightStatus.Predicted, foreseen.Status);
            }

            var (answer, alone) = (Process(fleet, next), Process(untouched, next));
            Assert.Equal(alone.List(0).ToArray(), answer.List(0).ToArray());
            if (answer.Statuses[0] == ExampleStatus.Predicted && foreseen is not null)
            {
                asked++;
                Assert.Equal(answer.List(0)[1..].ToArray(), foreseen.Numbers);
                Assert.Equal(answer.ModelVersions[0], foreseen.ModelVersion);
            }
        }

        Assert.True(asked > 100, $"{asked} decisions were foreseen.");

        // Feedback has come since it is frozen; the model is the same.
        Assert.Equal(version, fleet.Recall("a"u8).ModelVersion);
        Assert.Equal(version, fleet.Glance(0, 1)[0].ModelVersion);
        Assert.Equal(Hash(untouched), Hash(fleet));
        Assert.Equal(ForesightStatus.NothingYet, fleet.Recall("a"u8).Status);
    }

    [Fact]
    public void Given_records_that_would_not_be_predicted_when_learners_are_asked_about_them_then_it_is_said_why()
    {
        var task = new ForecastTask { StepMilliseconds = Minute, Horizons = [1], Counter = new CounterOptions(ValueKind.Counter64) };
        var fleet = new ForecastPlan(task, [LearnerChoice.Named("forecast", "last-value")], 1, 100).CreateFleet(100);
        Process(fleet, new Feed(1).Read("a", Start, 100).Read("a", Start + Minute, 160).Read("first", Start, 5).Batch());

        Assert.Equal(ForesightStatus.UnknownKey, Foresee(new Feed(1).Read("b", Start, 1)));
        Assert.Equal(ForesightStatus.TooLate, Foresee(new Feed(1).Read("a", Start + Minute, 170)));
        Assert.Equal(ForesightStatus.NoRate, Foresee(new Feed(1).Read("a", Start + (2 * Minute), 3)));
        Assert.Equal(ForesightStatus.Predicted, Foresee(new Feed(1).Read("a", Start + (2 * Minute), 220)));
        Assert.Equal(ForesightStatus.NotFinite, fleet.Foresee(
            new ExampleBatch([9], [Start + (2 * Minute)], [ExampleKind.Example], "a"u8.ToArray(), [1], [double.NaN], 1, [3]), 0).Status);
        Assert.Equal(
            (ForesightStatus.UnknownKey, ForesightStatus.NothingYet, ForesightStatus.Predicted),
            (fleet.Recall("b"u8).Status, fleet.Recall("first"u8).Status, fleet.Recall("a"u8).Status));
        Assert.Throws<ArgumentException>(() => Foresee(new Feed(2).Add("a", Start, 1, 2)));
        Assert.Null(fleet.ReportOf("b"u8));
        Assert.Equal(fleet.Report()[0].StateDigest, fleet.ReportOf("a"u8)!.StateDigest);

        ForesightStatus Foresee(Feed feed) => fleet.Foresee(feed.Batch(), 0).Status;
    }

    [Fact]
    public void Given_keys_whose_learners_are_not_in_memory_when_they_are_asked_then_their_states_answer_and_they_stay_where_they_are()
    {
        var plan = PlanOf(new ForecastTask { StepMilliseconds = Minute, Horizons = [1, 3] }, "recursive-least-squares", "none");
        var (fleet, resident) = (plan.CreateFleet(100), plan.CreateFleet(100));
        var feed = new Feed(1).AddWaves(["a", "b"], 0, 61, Minute);
        Process(fleet, feed.Batch(0, 120));
        Process(resident, feed.Batch(0, 120));
        var stored = fleet.TakeChanges().ToDictionary(key => Encoding.UTF8.GetString(key), key => StateOf(fleet, key));
        foreach (var (key, state) in stored)
        {
            fleet.Saved(Encoding.UTF8.GetBytes(key), state.Length);
        }

        fleet.Passivate(1);
        var next = feed.Batch(120, 122);
        var passive = fleet.PassiveAmong(["a"u8.ToArray(), "b"u8.ToArray(), "nobody"u8.ToArray()]);
        var states = passive.ToDictionary(key => key, key => stored[Encoding.UTF8.GetString(key)]);

        Assert.Equal("a", Encoding.UTF8.GetString(Assert.Single(passive)));
        Assert.Equal([("a", false, 0L), ("b", true, 60L)], fleet.Glance(0, 10).Select(glance => (Encoding.UTF8.GetString(glance.Key), glance.IsResident, glance.Records)));
        Assert.Equal(["b"], fleet.Glance(1, 1).Select(glance => Encoding.UTF8.GetString(glance.Key)));
        Assert.Empty(fleet.Glance(2, 1));
        Assert.Throws<InvalidOperationException>(() => fleet.Foresee(next, 0));
        for (var row = 0; row < 2; row++)
        {
            Assert.Equal(resident.Foresee(next, row).Numbers, fleet.Foresee(next, row, states).Numbers);
            Assert.Equal(resident.Recall(next.Key(row)).Numbers, fleet.Recall(next.Key(row), states).Numbers);
            Assert.Equal(resident.ReportOf(next.Key(row))!.StateDigest, fleet.ReportOf(next.Key(row), states)!.StateDigest);
        }

        Assert.Equal(1, fleet.PassiveKeys);
    }

    private static ForecastPlan PlanOf(ForecastTask task, string kind, string reaction)
    {
        var settings = new Dictionary<string, string> { ["threshold"] = "0.1", ["cool-down"] = "7", ["min-count"] = "2", ["direction"] = "both" };
        var detector = DriftDetectorCatalog.Find("page-hinkley")!;
        return new ForecastPlan(
            task, [LearnerChoice.Named("forecast", kind), LearnerChoice.Named("forecast", "multilayer-perceptron")], 1, 100,
            reaction == "none"
                ? []
                :
                [
                    .. ForecasterCatalog.Find(kind)!.Reactions.Where(known => known.Text() == reaction)
                        .Select(known => new DriftChoice(detector, new OptionSet("drift", settings), DriftSignal.Error, known)),
                ],
            new AlertOptions { Above = 0.5, Capacity = 2 });
    }

    private static PredictionBatch Process(ILearnerFleet fleet, ExampleBatch examples)
    {
        var predictions = PredictionBatch.Allocate(examples.Count, fleet.PredictionWidth);
        fleet.Process(examples, 0, predictions);
        return predictions;
    }

    private static byte[] StateOf(ILearnerFleet fleet, ReadOnlySpan<byte> key)
    {
        var buffer = new ArrayBufferWriter<byte>();
        fleet.SaveKey(key, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private static string Hash(ILearnerFleet fleet) => string.Join(' ', fleet.Report().Select(report => Convert.ToHexString(report.StateDigest)));
}
