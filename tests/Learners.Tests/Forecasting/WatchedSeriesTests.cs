using System.Buffers;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Tests.Examples;

namespace StreamLearn.Learners.Tests.Forecasting;

/// <summary>Drift detectors and alerts of the keys of a fleet.</summary>
public sealed class WatchedSeriesTests
{
    private static readonly ForecastTask Task = new() { Horizons = [1, 3], StepMilliseconds = 1000 };
    private static readonly AlertOptions Above120 = new() { Above = 0.8, Capacity = 150 };

    [Fact]
    public void Given_errors_that_grow_When_a_detector_finds_it_Then_the_learner_reacts_before_it_learns_that_record()
    {
        var log = new List<string>();
        DriftChoice[] detectors =
        [
            Detector("page-hinkley", reaction: DriftReaction.ResetOptimizer), Detector("page-hinkley", reaction: DriftReaction.Refit),
        ];
        var fleet = new ForecastFleet(new ForecastPlan(Task, [ReactingForecaster.Choice(log)], 1, 10, detectors), 10);
        var feed = Changing("a", changeAt: 400, steps: 500);

        var predictions = Run(fleet, feed);

        var alarm = predictions.DriftAlarms[0];
        Assert.Equal([new DriftAlarm(alarm.Row, 0), new DriftAlarm(alarm.Row, 1)], predictions.DriftAlarms);
        Assert.InRange(alarm.Row, 401, 480);
        Assert.Equal(2, fleet.Report()[0].DriftAlarms);
        var learned = log.TakeWhile(entry => entry == "learn").Count();
        Assert.Equal(alarm.Row, learned);
        Assert.Equal(["reset-optimizer", "refit", "learn"], log.Skip(learned).Take(3));
        Assert.Equal(500, log.Count(entry => entry == "learn"));
    }

    [Fact]
    public void Given_detectors_of_the_input_and_of_the_error_When_the_level_changes_Then_only_the_input_is_found_to_have_changed()
    {
        var fleet = new ForecastFleet(Plan([Detector("page-hinkley"), Detector("page-hinkley", DriftSignal.Input)]), 10);
        var feed = new Feed(1);
        var noise = new Noise(4);
        for (var step = 0; step < 600; step++)
        {
            feed.Add("a", step * 1000, (step < 400 ? 100 : 110) + noise.Next());
        }

        var predictions = Run(fleet, feed);

        Assert.NotEmpty(predictions.DriftAlarms);
        Assert.All(predictions.DriftAlarms, alarm => Assert.Equal((1, true), (alarm.Detector, alarm.Row > 400)));
    }

    [Fact]
    public void Given_a_load_that_goes_above_its_capacity_When_it_is_forecast_Then_the_alert_is_raised_and_judged()
    {
        var fleet = new ForecastFleet(Plan([], Above120), 10);
        var feed = new Feed(1).AddSeries("a", 0, 2000, 1000, (step, _) => 100 + (30 * Math.Sin(step * 0.05)));

        var predictions = Run(fleet, feed);

        var report = fleet.Report()[0];
        Assert.InRange(report.AlertsRaised, 14, 18);
        Assert.Equal(report.AlertsRaised, predictions.Alerts.Count(alert => alert.Change.Raised));
        Assert.Equal(predictions.Alerts.Count, predictions.Alerts.DistinctBy(alert => alert.Row).Count());
        Assert.All(predictions.Alerts.Select((alert, i) => (alert, i)), pair => Assert.Equal(pair.i % 2 == 0, pair.alert.Change.Raised));
        Assert.All(predictions.Alerts, alert => Assert.Equal(120, alert.Change.Threshold));
        Assert.InRange(report.Alerts.Precision, 0.9, 1);
        Assert.InRange(report.Alerts.Recall, 0.9, 1);
    }

    [Fact]
    public void Given_capacities_of_some_keys_When_they_are_above_them_Then_only_those_have_alerts()
    {
        var capacities = new Dictionary<string, double> { ["big"] = 1000, ["without"] = 0 };
        var fleet = new ForecastFleet(Plan([], Above120 with { Capacities = capacities }), 10);
        var feed = new Feed(1);
        foreach (var key in (string[])["small", "big", "without"])
        {
            feed.AddSeries(key, 0, 30, 1000, (_, _) => 200);
        }

        Run(fleet, feed);

        Assert.Equal([0, 1, 0], fleet.Report().Select(report => report.AlertsRaised));
        Assert.Null(Above120.ThresholdOf("x") is 120 ? null : "no threshold");
        Assert.False((Above120 with { Capacity = 0 }).Enabled);
    }

    [Fact]
    public void Given_records_before_scoring_begins_When_alerts_are_judged_Then_they_do_not_count()
    {
        var fleet = new ForecastFleet(new ForecastPlan(
            Task with { Scoring = new ScoringOptions { From = 50 } }, [SeriesRun.Learner("last-value")], 1, 10, [], Above120), 10);

        Run(fleet, new Feed(1).AddSeries("a", 0, 100, 1000, (_, _) => 200));

        // Steps 50 to 98: the value is above at the next one, each time.
        Assert.Equal(new AlertCounts(49, 0, 0, 0), fleet.Report()[0].Alerts);
    }

    [Fact]
    public void Given_any_cuts_and_stored_states_When_series_are_watched_Then_events_and_state_are_the_same_bits()
    {
        var plan = Plan([Detector("adwin"), Detector("kswin", DriftSignal.Input), Detector("ddm"), Detector("page-hinkley")], Above120);
        var feed = new Feed(1);
        var random = new Random(9);
        for (var step = 0; step < 900; step++)
        {
            foreach (var key in (string[])["a", "b"])
            {
                if (random.NextDouble() < 0.9)
                {
                    feed.Add(key, step * 1000, (step < 500 ? 100 : 115) + (random.NextDouble() * (step < 500 ? 5 : 40)));
                }
            }
        }

        var whole = new ForecastFleet(plan, plan.MaxKeys);
        var expected = Run(whole, feed);
        Assert.NotEmpty(expected.DriftAlarms);
        Assert.NotEmpty(expected.Alerts);
        foreach (var share in (double[])[0.01, 0.1])
        {
            var fleet = new ForecastFleet(plan, plan.MaxKeys);
            var alarms = new List<DriftAlarm>();
            var alerts = new List<AlertEvent>();
            var row = 0;
            foreach (var batch in feed.Batches([.. Enumerable.Range(1, feed.Count - 1).Where(_ => random.NextDouble() < share)]))
            {
                var answer = PredictionBatch.Allocate(batch.Count, fleet.PredictionWidth);
                fleet.Process(batch, 0, answer);
                alarms.AddRange(answer.DriftAlarms.Select(alarm => alarm with { Row = alarm.Row + row }));
                alerts.AddRange(answer.Alerts.Select(alert => alert with { Row = alert.Row + row }));
                row += batch.Count;
                fleet = StoredFleet.Load(plan, StoredFleet.Save(fleet));
            }

            Assert.Equal(expected.DriftAlarms, alarms);
            Assert.Equal(expected.Alerts, alerts);
            Assert.Equal(StoredFleet.Save(whole), StoredFleet.Save(fleet));
        }
    }

    [Fact]
    public void Given_a_batch_used_before_When_examples_follow_without_events_Then_none_are_left_in_it()
    {
        var fleet = new ForecastFleet(Plan([], Above120), 10);
        var predictions = Run(fleet, new Feed(1).AddSeries("a", 0, 30, 1000, (_, _) => 200));
        Assert.NotEmpty(predictions.Alerts);

        fleet.Process(new Feed(1).AddSeries("a", 30, 60, 1000, (_, _) => 200).Batch(), 0, predictions);

        Assert.Empty(predictions.Alerts);
    }

    [Fact]
    public void Given_watched_series_When_nothing_happens_Then_nothing_is_allocated()
    {
        // kswin tests every value, and is wrong now and then.
        var quiet = DriftDetectorCatalog.All.Select(detector => detector.Kind).Where(kind => kind != "kswin");
        var fleet = new ForecastFleet(Plan([.. quiet.Select(kind => Detector(kind))], Above120), 10);
        var feed = new Feed(1).AddSeries("a", 0, 2000, 1000, (step, _) => step % 2);
        // The window of adwin has grown to rows that last until far beyond.
        var batches = feed.Batches([1500]).ToArray();
        var predictions = PredictionBatch.Allocate(1500, fleet.PredictionWidth);
        fleet.Process(batches[0], 0, predictions);

        var before = GC.GetAllocatedBytesForCurrentThread();
        fleet.Process(batches[1], 0, predictions);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Empty(predictions.DriftAlarms);
    }

    [Theory]
    [InlineData(DriftReaction.RaiseLearningRate, "none, reset-optimizer, refit")]
    [InlineData(DriftReaction.SwitchExpert, "none, reset-optimizer, refit")]
    public void Given_a_reaction_that_the_learner_does_not_know_When_a_plan_is_made_Then_it_is_refused_with_those_it_knows(
        DriftReaction reaction, string known)
    {
        var refusal = Assert.Throws<OptionException>(
            () => new ForecastPlan(Task, [ReactingForecaster.Choice([])], 1, 10, [Detector("adwin", reaction: reaction)]));

        Assert.Equal("drift.detectors.reaction", refusal.Path);
        Assert.Contains(known, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_state_with_other_watchers_When_it_is_loaded_Then_it_is_refused()
    {
        var detectors = new[] { Detector("adwin") };
        var fleet = new ForecastFleet(Plan(detectors, Above120), 10);
        Run(fleet, new Feed(1).AddSeries("a", 0, 30, 1000, (_, _) => 200));
        var state = StoredFleet.Save(fleet);

        Assert.All(
            [
                Plan([], Above120), Plan([Detector("ddm")], Above120), Plan(detectors), Plan(detectors, Above120 with { Above = 0.7 }),
                Plan([.. detectors, .. detectors], Above120),
            ],
            plan => Assert.Throws<StateFormatException>(() => StoredFleet.Load(plan, state)));
    }

    /// <summary>Regression: an alert whose last step was damaged into one ahead of its series loaded, and every record after that was an
    /// error.</summary>
    [Fact]
    public void Given_a_damaged_alert_When_the_state_is_loaded_Then_it_is_refused_or_goes_on()
    {
        var plan = Plan([], Above120);
        var fleet = new ForecastFleet(plan, plan.MaxKeys);

        // The last value is above the threshold, so that all steps are judged: a last step a little further on contradicts nothing in the
        // alert itself.
        Run(fleet, new Feed(1).AddSeries("a", 0, 701, 1000, (step, _) => step == 700 ? 200 : 100 + (30 * Math.Sin(step / 5.0))));
        var state = StoredFleet.Save(fleet);
        var block = state.AsSpan().IndexOf("threshold-alert"u8);
        Assert.True(block > 0);
        var refused = 0;
        for (var at = block; at < block + 100; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var damaged = state.ToArray();
                damaged[at] ^= (byte)(1 << bit);
                try
                {
                    Run(StoredFleet.Load(plan, damaged), new Feed(1).AddSeries("a", 701, 720, 1000, (_, _) => 100));
                }
                catch (StateFormatException)
                {
                    refused++;
                }
            }
        }

        Assert.InRange(refused, 1, 799);
    }

    [Theory]
    [InlineData(0, 150, 0.5, 0, "above")]
    [InlineData(0.8, -1, 0.5, 0, "capacity")]
    [InlineData(0.8, 150, 0, 0, "probability")]
    [InlineData(0.8, 150, 1, 0, "probability")]
    [InlineData(0.8, 150, 0.5, -1, "within")]
    public void Given_settings_that_cannot_be_used_When_alerts_are_checked_Then_they_are_refused_by_their_path(
        double above, double capacity, double probability, int within, string setting)
    {
        var options = new AlertOptions { Above = above, Capacity = capacity, Probability = probability, Within = within };

        Assert.Equal($"alerts.{setting}", Assert.Throws<OptionException>(() => options.Validate(Task)).Path);
    }

    [Fact]
    public void Given_a_time_within_When_horizons_are_chosen_Then_those_up_to_it_are_looked_at()
    {
        Assert.Equal([1, 3], Above120.HorizonsOf(Task));
        Assert.Equal([1], (Above120 with { Within = 2 }).HorizonsOf(Task));
        Assert.Throws<OptionException>(() => (Above120 with { Within = 2 }).Validate(Task with { Horizons = [3] }));
    }

    private static DriftChoice Detector(string kind, DriftSignal on = DriftSignal.Error, DriftReaction reaction = DriftReaction.None) =>
        new(DriftDetectorCatalog.Find(kind)!, new OptionSet("drift.detectors", new Dictionary<string, string>()), on, reaction);

    private static ForecastPlan Plan(IReadOnlyList<DriftChoice> drift, AlertOptions? alerts = null) =>
        new(Task, [SeriesRun.Learner("recursive-least-squares", ("lags", "4")), SeriesRun.Learner("last-value")], 1, 10, drift, alerts);

    /// <summary>Noise around 100 that becomes ten times as strong.</summary>
    private static Feed Changing(string key, int changeAt, int steps)
    {
        var noise = new Noise(2);
        return new Feed(1).AddSeries(key, 0, steps, 1000, (step, _) => 100 + (noise.Next() * (step < changeAt ? 1 : 10)));
    }

    private static PredictionBatch Run(ForecastFleet fleet, Feed feed)
    {
        var predictions = PredictionBatch.Allocate(feed.Count, fleet.PredictionWidth);
        fleet.Process(feed.Batch(), 0, predictions);
        return predictions;
    }
}
