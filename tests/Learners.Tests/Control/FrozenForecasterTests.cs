using System.Text;
using StreamLearn.Learners.Control;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.Tests.Conformance;
using StreamLearn.Learners.Tests.Examples;
using StreamLearn.Learners.Tests.Forecasting;

namespace StreamLearn.Learners.Tests.Control;

/// <summary>What every learner of the task <c>forecast</c> does while it is frozen.</summary>
public sealed class FrozenForecasterTests
{
    private const long Step = 60_000;
    private const int Width = 3;

    private static readonly string[] TwoKeys = ["a", "b"];
    private static readonly byte[] A = "a"u8.ToArray();

    private static ForecastTask Task { get; } = new() { StepMilliseconds = Step, Features = Width - 1, Scoring = new() { Window = 40 } };

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_a_trained_learner_When_it_only_observes_Then_nothing_that_is_fitted_changes_and_its_forecasts_follow_the_series(string task, string kind)
    {
        var learner = Create(task, kind);
        var (observed, learning) = (new double[Task.Horizons.Count], new double[Task.Horizons.Count]);
        Span<double> observation = stackalloc double[Width];
        for (var step = 0; step < 400; step++)
        {
            Fill(observation, step, 1);
            learner.Learn(observation);
        }

        var before = ForecasterState.Save(learner);
        var others = new HashSet<double>();
        for (var step = 400; step < 520; step++)
        {
            // Ten times as large: whoever takes it in has other scales afterwards.
            Fill(observation, step, 10);
            learner.Observe(observation);
            learner.Predict(observed);
            Assert.All(observed, forecast => Assert.True(double.IsFinite(forecast), $"{forecast} is not finite."));
            others.Add(observed[0]);
        }

        learner.Skip(2);
        FrozenState.AssertSameButSeen(before, ForecasterState.Save(learner));
        Assert.True(others.Count > 100, $"{others.Count} different forecasts.");

        // It is as if loaded, and learns again.
        var loaded = Create(task, kind);
        ForecasterState.Load(loaded, ForecasterState.Save(learner));
        for (var step = 522; step < 560; step++)
        {
            Fill(observation, step, 10);
            Assert.Equal(learner.Learn(observation), loaded.Learn(observation));
        }

        Assert.Equal(ForecasterState.Save(learner), ForecasterState.Save(loaded));
        learner.Predict(observed);
        loaded.Predict(learning);
        Assert.Equal(observed, learning);
    }

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_a_new_learner_When_it_only_observes_Then_it_is_as_good_as_new(string task, string kind)
    {
        var learner = Create(task, kind);
        var before = ForecasterState.Save(learner);
        var forecasts = new double[Task.Horizons.Count];
        Span<double> observation = stackalloc double[Width];
        for (var step = 0; step < 300; step++)
        {
            Fill(observation, step, 1);
            learner.Observe(observation);
            learner.Predict(forecasts);
            Assert.All(forecasts, forecast => Assert.InRange(forecast, 70, 130));
        }

        FrozenState.AssertSameButSeen(before, ForecasterState.Save(learner));
    }

    [Theory]
    [MemberData(nameof(LearnerRows.AllWithHardSeries), MemberType = typeof(LearnerRows))]
    public void Given_numbers_that_arithmetic_breaks_on_When_it_is_frozen_meanwhile_Then_predictions_and_state_stay_finite_and_are_stored(
        string task, string kind, string series)
    {
        var feed = new Feed(Width).AddSeries("a", 0, 150, Step, HardSeries.All[series]).Say(ControlVerb.Freeze)
            .AddSeries("a", 150, 320, Step, HardSeries.All[series]).Say(ControlVerb.Unfreeze).AddSeries("a", 320, 420, Step, HardSeries.All[series])
            .Say(ControlVerb.Freeze).AddSeries("new", 0, 100, Step, HardSeries.All[series]).Say(ControlVerb.Unfreeze)
            .AddSeries("new", 100, 400, Step, HardSeries.All[series]);
        var plan = Plan(task, kind);
        using var fleet = plan.CreateFleet(10);
        using var stopped = plan.CreateFleet(10);

        var predictions = Process(fleet, feed.Batch());
        Process(stopped, feed.Batch(0, 300));
        using var loaded = StoreAndLoad(plan, stopped);
        Process(loaded, feed.Batch(300, feed.Count));

        Assert.All(predictions.Values, value => Assert.True(double.IsFinite(value), $"{value} is not finite."));
        Assert.All(StoredState.Numbers(StoredFleet.SaveKey((ForecastFleet)fleet, "a")), value => Assert.True(double.IsFinite(value), $"{value} is not finite."));
        Assert.All(StoredState.Numbers(StoredFleet.SaveKey((ForecastFleet)fleet, "new")), value => Assert.True(double.IsFinite(value), $"{value} is not finite."));
        Assert.Equal(Hash(plan, fleet), Hash(plan, loaded));
    }

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_a_fleet_When_it_is_frozen_and_learns_again_Then_chunks_and_restarts_change_nothing(string task, string kind)
    {
        var feed = new Feed(Width).AddWaves(TwoKeys, 0, 120, Step).Say(ControlVerb.Freeze).AddWaves(["a", "b", "late"], 120, 180, Step)
            .Say(ControlVerb.Unfreeze, "a").AddWaves(["a", "b", "late"], 180, 240, Step);
        var plan = Plan(task, kind);
        using var whole = plan.CreateFleet(10);
        var expected = Process(whole, feed.Batch());

        var pieces = plan.CreateFleet(10);
        var values = new List<double>();
        foreach (var batch in feed.Batches([1, 239, 240, 241, 242, 300, 420, 421, 422, 500]))
        {
            values.AddRange(Process(pieces, batch).Values);
            var next = StoreAndLoad(plan, pieces);
            pieces.Dispose();
            pieces = next;
        }

        Assert.Equal(expected.Values, values);
        Assert.Equal(Hash(plan, whole), Hash(plan, pieces));
        var reports = whole.Report().ToDictionary(report => Encoding.UTF8.GetString(report.Key));
        Assert.Equal([("a", false), ("b", true), ("late", true)], reports.Select(report => (report.Key, report.Value.Frozen)));
        Assert.Equal([240L, 240, 120], reports.Values.Select(report => report.Records));

        // The versions of models: a has learned 120 and 60, b 120, late nothing.
        Assert.Equal([180L, 120, 0], expected.ModelVersions[^3..]);
        pieces.Dispose();
    }

    [Fact]
    public void Given_frozen_keys_When_the_same_records_come_Then_the_hash_says_so_and_scores_intervals_and_alarms_go_on()
    {
        var plan = new ForecastPlan(
            Task, [LearnerChoice.Named("forecast", "recursive-least-squares")], 1, 10,
            [new(
                DriftDetectorCatalog.Find("page-hinkley")!,
                new OptionSet("drift.detectors", new Dictionary<string, string> { ["threshold"] = "0.1", ["cool-down"] = "10", ["min-count"] = "2", ["direction"] = "both" }),
                DriftSignal.Error, DriftReaction.ResetOptimizer)]);
        using var fleet = (ForecastFleet)plan.CreateFleet(10);
        Process(fleet, new Feed(Width).AddWaves(["a"], 0, 100, Step).Batch());
        var (hash, before) = (Hash(plan, fleet), fleet.Report()[0]);

        Process(fleet, new Feed(Width).Say(ControlVerb.Freeze).Batch());
        Assert.NotEqual(hash, Hash(plan, fleet));
        Process(fleet, new Feed(Width).Say(ControlVerb.Unfreeze).Batch());
        Assert.Equal(hash, Hash(plan, fleet));

        // Another series from here on.
        var predictions = Process(fleet, new Feed(Width).Say(ControlVerb.Freeze).AddSeries("a", 100, 160, Step, (step, _) => 900 + (step % 7)).Batch());

        var after = fleet.Report()[0];
        Assert.True(after.DriftAlarms > before.DriftAlarms && predictions.DriftAlarms.Count > 0, "No alarm was raised.");
        Assert.True(after.ErrorsOf(0, 0, ScoreView.SinceStart).Weight > before.ErrorsOf(0, 0, ScoreView.SinceStart).Weight + 50, "Forecasts were not scored.");
        Assert.NotEqual(predictions.Row(1)[2] - predictions.Row(1)[1], predictions.Row(60)[2] - predictions.Row(60)[1], 1e-3);
        Assert.All(predictions.ModelVersions[1..], version => Assert.Equal(100, version));
    }

    [Fact]
    public void Given_alarms_When_a_key_is_frozen_Then_its_learner_is_not_told_to_react()
    {
        var log = new List<string>();
        var settings = new Dictionary<string, string> { ["threshold"] = "0.1", ["cool-down"] = "0", ["min-count"] = "2", ["direction"] = "both" };
        var plan = new ForecastPlan(
            Task with { Features = 0 }, [ReactingForecaster.Choice(log)], 1, 10,
            [new(DriftDetectorCatalog.Find("page-hinkley")!, new OptionSet("drift.detectors", settings), DriftSignal.Input, DriftReaction.Refit)]);
        using var fleet = plan.CreateFleet(10);
        Process(fleet, new Feed(1).AddSeries("a", 0, 50, Step, (step, _) => step * step).Batch());
        Assert.Contains("refit", log);
        log.Clear();

        var predictions = Process(fleet, new Feed(1).Say(ControlVerb.Freeze, "a").AddSeries("a", 50, 100, Step, (step, _) => step * step).Batch());

        Assert.NotEmpty(predictions.DriftAlarms);
        Assert.Equal(Enumerable.Repeat("observe", 50), log);
    }

    [Fact]
    public void Given_words_to_keys_and_to_all_When_they_are_heard_Then_the_last_one_counts()
    {
        var plan = Plan("forecast", "last-value");
        using var fleet = plan.CreateFleet(10);
        Say(ControlVerb.Freeze, "a");
        Assert.Equal((true, false), Frozen());
        Say(ControlVerb.Freeze, "a");
        Assert.Equal((true, false), Frozen());
        Say(ControlVerb.Freeze, null);
        Say(ControlVerb.Unfreeze, "a");
        Assert.Equal((false, true), Frozen());
        Say(ControlVerb.Freeze, "a");
        Assert.Equal((true, true), Frozen());
        Say(ControlVerb.Unfreeze, "a");
        Say(ControlVerb.Unfreeze, null);
        Assert.Equal((false, false), Frozen());
        Say(ControlVerb.Freeze, null);
        Assert.Equal((true, true), Frozen());
        Assert.Equal(0, fleet.Keys);

        void Say(ControlVerb verb, string? key) =>
            Assert.Equal([ExampleStatus.Controlled], Process(fleet, new Feed(Width).Say(verb, key).Batch()).Statuses);

        (bool A, bool Other) Frozen() => (fleet.IsFrozen(A), fleet.IsFrozen("other"u8));
    }

    [Fact]
    public void Given_more_single_keys_than_a_bucket_takes_When_another_is_to_be_frozen_Then_it_is_refused_and_all_others_still_go()
    {
        var plan = Plan("forecast", "last-value");
        using var fleet = plan.CreateFleet(10);
        var feed = new Feed(Width);
        for (var key = 0; key <= FrozenKeys.MostExceptions; key++)
        {
            feed.Say(ControlVerb.Freeze, $"k{key}");
        }

        var statuses = Process(fleet, feed.Batch()).Statuses;

        Assert.All(statuses[..^1], status => Assert.Equal(ExampleStatus.Controlled, status));
        Assert.Equal(ExampleStatus.Unusable, statuses[^1]);
        Assert.False(fleet.IsFrozen(Encoding.UTF8.GetBytes($"k{FrozenKeys.MostExceptions}")));
        using var loaded = StoreAndLoad(plan, fleet);
        Assert.True(loaded.IsFrozen("k7"u8));
        Assert.Equal([ExampleStatus.Controlled], Process(loaded, new Feed(Width).Say(ControlVerb.Freeze).Batch()).Statuses);
        Assert.True(loaded.IsFrozen(Encoding.UTF8.GetBytes($"k{FrozenKeys.MostExceptions}")));
    }

    private static IForecaster Create(string task, string kind) =>
        ((ForecasterRegistration)LearnerCatalog.Find(task, kind)!).Forecaster(Task, OptionSet.Defaults, 1, new FleetWorkspaces());

    private static ForecastPlan Plan(string task, string kind) => new(Task, [LearnerChoice.Named(task, kind)], 1, 10);

    private static void Fill(Span<double> observation, int step, double factor)
    {
        for (var place = 0; place < Width; place++)
        {
            observation[place] = factor * (100 + (20 * Math.Sin((2 * Math.PI * step / 48) + place)) + (step * 7 % 11));
        }
    }

    private static PredictionBatch Process(ILearnerFleet fleet, ExampleBatch batch)
    {
        var predictions = PredictionBatch.Allocate(batch.Count, fleet.PredictionWidth);
        fleet.Process(batch, 0, predictions);
        return predictions;
    }

    private static string Hash(ForecastPlan plan, ILearnerFleet fleet) => plan.Summarize(fleet.Report()).StateHash();

    private static ILearnerFleet StoreAndLoad(ForecastPlan plan, ILearnerFleet fleet) => StoredControls.Copy(plan, fleet);
}
