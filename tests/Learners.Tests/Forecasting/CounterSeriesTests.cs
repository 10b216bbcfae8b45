using System.Buffers;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Tests.Examples;

namespace StreamLearn.Learners.Tests.Forecasting;

/// <summary>Counters and late records in a fleet.</summary>
public sealed class CounterSeriesTests
{
    private const long Step = 1000;

    private static readonly ForecastTask Seconds = new() { Horizons = [1, 3], StepMilliseconds = Step };
    private static readonly CounterOptions Counter32 = new(ValueKind.Counter32) { MaxRate = 1e9 };

    [Fact]
    public void Given_a_counter_of_whole_rates_that_wraps_When_it_is_learned_Then_predictions_are_those_of_the_rates_to_the_last_bit()
    {
        var random = new Random(3);
        var rates = new Feed(1);
        var readings = new Feed(1);
        var total = 0u;
        readings.Read("a", 0, total);
        for (var step = 1; step <= 200; step++)
        {
            if (step % 7 == 3)
            {
                continue;
            }

            var gap = step % 7 == 4 ? 2u : 1u;
            var rate = (uint)random.Next(300_000_000);
            total = unchecked(total + (rate * gap));
            rates.Add("a", step * Step, rate);
            readings.Read("a", step * Step, total);
        }

        var (_, expected) = Run(Seconds, rates);
        var (fleet, actual) = Run(Seconds with { Counter = Counter32 }, readings);

        Assert.Equal([ExampleStatus.NoRate, .. expected.Statuses], actual.Statuses);
        Assert.Equal([0, .. expected.ModelVersions], actual.ModelVersions);
        Assert.Equal(expected.Values, actual.Values[expected.Width..]);
        Assert.Equal((1, 0, 0), Counts(fleet));
    }

    [Fact]
    public void Given_a_reset_When_it_comes_Then_it_has_no_rate_the_version_stays_and_the_step_is_missing()
    {
        var counter = new CounterOptions(ValueKind.Counter64);
        var feed = new Feed(1).Read("a", 0, 1000).Read("a", Step, 1010).Read("a", 2 * Step, 1020)
            .Read("a", 3 * Step, 5).Read("a", 4 * Step, 9);

        var (fleet, predictions) = Run(Seconds with { Counter = counter }, feed);

        Assert.Equal(
            [ExampleStatus.NoRate, ExampleStatus.Predicted, ExampleStatus.Predicted, ExampleStatus.NoRate, ExampleStatus.Predicted],
            predictions.Statuses);
        Assert.Equal([0, 1, 2, 2, 3], predictions.ModelVersions);
        Assert.All(predictions.Row(3).ToArray(), number => Assert.Equal(0, number));
        Assert.Equal((2, 0, 0), Counts(fleet));
        var report = fleet.Report()[0];
        Assert.Equal((3, 4.0), (report.Records, report.Value));

        // The forecast from step 1 is scored at step 2; that from step 2 never is, for step 3 has no rate.
        Assert.Equal(1, report.ErrorsOf(0, 0, ScoreView.SinceStart).Weight);
    }

    [Fact]
    public void Given_a_late_reading_When_it_comes_Then_it_is_refused_and_the_counter_goes_on_from_the_last_one()
    {
        var task = Seconds with { Counter = new CounterOptions(ValueKind.Counter64) };
        var good = new Feed(1).Read("a", 0, 0).Read("a", Step, 10).Read("a", 3 * Step, 30);
        var late = new Feed(1).Read("a", 0, 0).Read("a", Step, 10).Read("a", 0, 3).Read("a", Step, 999)
            .Read("a", Step + 400, 12).Read("a", 3 * Step, 30);

        var (clean, _) = Run(task, good);
        var (fleet, predictions) = Run(task, late);

        Assert.Equal(3, predictions.Statuses.Count(status => status == ExampleStatus.TimeNotIncreasing));

        // All but the offset of the last record.
        Assert.Equal(
            ForecasterState.Fields(StoredFleet.SaveKey(clean, "a"))[^1], ForecasterState.Fields(StoredFleet.SaveKey(fleet, "a"))[^1]);
        var (dropping, dropped) = Run(task with { OutOfOrder = OutOfOrder.Drop }, late);
        Assert.Equal(3, dropped.Statuses.Count(status => status == ExampleStatus.Dropped));
        Assert.Equal((1, 3, 0), Counts(dropping));
        Assert.Equal(clean.Report()[0].StateDigest, dropping.Report()[0].StateDigest);
    }

    [Fact]
    public void Given_a_first_reading_only_When_another_is_not_after_it_Then_it_is_late_too()
    {
        var task = Seconds with { Counter = Counter32 };

        Assert.Equal([ExampleStatus.NoRate, ExampleStatus.TimeNotIncreasing, ExampleStatus.Predicted],
            Run(task, new Feed(1).Read("a", 500, 1).Read("a", 500, 2).Read("a", 600, 3)).Predictions.Statuses);
    }

    [Theory]
    [InlineData(OutOfOrder.Auto)]
    [InlineData(OutOfOrder.Learn)]
    public void Given_no_step_When_a_record_is_late_Then_it_is_learned_and_counted(OutOfOrder policy)
    {
        var task = new ForecastTask { Horizons = [1], OutOfOrder = policy };
        var feed = new Feed(1).Add("a", 10, 1).Add("a", 20, 2).Add("a", 15, 3).Add("a", 15, 4).Add("a", 30, 5);

        var (fleet, predictions) = Run(task, feed);

        Assert.All(predictions.Statuses, status => Assert.Equal(ExampleStatus.Predicted, status));
        Assert.Equal([1, 2, 3, 4, 5], predictions.ModelVersions);
        Assert.Equal((0, 0, 2), Counts(fleet));
    }

    [Theory]
    [InlineData(OutOfOrder.DeadLetter, ExampleStatus.TimeNotIncreasing, 0)]
    [InlineData(OutOfOrder.Drop, ExampleStatus.Dropped, 1)]
    public void Given_no_step_When_a_time_is_before_the_last_one_Then_the_policy_holds_and_an_equal_time_is_learned(
        OutOfOrder policy, ExampleStatus status, long dropped)
    {
        var task = new ForecastTask { Horizons = [1], OutOfOrder = policy };

        var (fleet, predictions) = Run(task, new Feed(1).Add("a", 10, 1).Add("a", 20, 2).Add("a", 19, 3).Add("a", 20, 4));

        Assert.Equal([ExampleStatus.Predicted, ExampleStatus.Predicted, status, ExampleStatus.Predicted], predictions.Statuses);
        Assert.Equal([1, 2, 2, 3], predictions.ModelVersions);
        Assert.Equal((0, dropped, 1), Counts(fleet));
    }

    [Fact]
    public void Given_no_step_and_a_counter_When_a_reading_is_late_Then_it_has_no_rate()
    {
        var task = new ForecastTask { Horizons = [1], Counter = new CounterOptions(ValueKind.Counter64) };

        var (fleet, predictions) = Run(task, new Feed(1).Read("a", 0, 0).Read("a", 2000, 20).Read("a", 1000, 10).Read("a", 3000, 30));

        Assert.Equal([ExampleStatus.NoRate, ExampleStatus.Predicted, ExampleStatus.NoRate, ExampleStatus.Predicted], predictions.Statuses);
        Assert.Equal((2, 0, 0), Counts(fleet));
        Assert.Equal(10, fleet.Report()[0].Value);
    }

    [Fact]
    public void Given_a_step_When_late_records_are_to_be_learned_Then_the_task_is_refused_with_the_reason()
    {
        var refusal = Assert.Throws<OptionException>(() => (Seconds with { OutOfOrder = OutOfOrder.Learn }).Validate());

        Assert.Equal("task.out-of-order", refusal.Path);
        Assert.Contains("a step has one value", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_readings_cut_and_stored_anywhere_When_they_are_learned_Then_predictions_and_state_are_the_same_bits()
    {
        var task = Seconds with { Counter = new CounterOptions(ValueKind.Counter32), OutOfOrder = OutOfOrder.Drop };
        var random = new Random(5);
        var feed = new Feed(1);
        var total = 0xFFFFFF00u;
        for (var row = 0; row < 120; row++)
        {
            total = row % 31 == 30 ? 3 : unchecked(total + (uint)random.Next(200));
            feed.Read(row % 3 == 0 ? "a" : "b", (row - (row % 11 == 0 ? 20 : 0)) * Step, total);
        }

        var (whole, expected) = Run(task, feed);
        foreach (var share in (double[])[0.1, 0.5, 1])
        {
            var fleet = new ForecastFleet(Plan(task), 10);
            var row = 0;
            foreach (var batch in feed.Batches([.. Enumerable.Range(1, feed.Count - 1).Where(_ => random.NextDouble() < share)]))
            {
                var answer = PredictionBatch.Allocate(batch.Count, fleet.PredictionWidth);
                fleet.Process(batch, 0, answer);
                Assert.Equal(expected.Statuses[row..(row + batch.Count)], answer.Statuses);
                Assert.Equal(expected.Values[(row * 6)..((row + batch.Count) * 6)], answer.Values);
                row += batch.Count;
                fleet = StoredFleet.Load(Plan(task), StoredFleet.Save(fleet));
            }

            Assert.Equal(StoredFleet.Save(whole), StoredFleet.Save(fleet));
        }
    }

    [Fact]
    public void Given_state_of_gauges_When_it_is_loaded_for_counters_Then_both_are_named()
    {
        var (fleet, _) = Run(Seconds, new Feed(1).Add("a", 0, 1));

        var other = Plan(Seconds with { Counter = Counter32 });
        var refusal = Assert.Throws<StateFormatException>(() => StoredFleet.Load(other, StoredFleet.Save(fleet)));

        Assert.Equal("Stored state has values of kind Gauge and scale 1; expected Counter32 and 1.", refusal.Message);
    }

    [Fact]
    public void Given_examples_without_readings_When_they_are_to_be_counters_Then_it_says_so() =>
        Assert.Contains(
            "no readings",
            Assert.Throws<ArgumentException>(() => Run(Seconds with { Counter = Counter32 }, new Feed(1).Add("a", 0, 1))).Message,
            StringComparison.Ordinal);

    private static (long NoRate, long Dropped, long Clamped) Counts(ForecastFleet fleet)
    {
        var report = fleet.Report()[0];
        return (report.NoRate, report.Dropped, report.ClampedElapsed);
    }

    private static ForecastPlan Plan(ForecastTask task) =>
        new(task, [SeriesRun.Learner("recursive-least-squares", ("lags", "3")), SeriesRun.Learner("last-value")], 1, 10);

    private static (ForecastFleet Fleet, PredictionBatch Predictions) Run(ForecastTask task, Feed feed)
    {
        var fleet = new ForecastFleet(Plan(task), 10);
        var predictions = PredictionBatch.Allocate(feed.Count, fleet.PredictionWidth);
        fleet.Process(feed.Batch(), 0, predictions);
        return (fleet, predictions);
    }
}
