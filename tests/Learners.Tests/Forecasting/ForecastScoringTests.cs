using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.Tests.Examples;

namespace StreamLearn.Learners.Tests.Forecasting;

/// <summary>Which forecasts are scored and against what, compared with plain loops over the whole series.</summary>
public sealed class ForecastScoringTests
{
    private static readonly int[] Horizons = [1, 3, 12];

    [Theory]
    [InlineData(0, long.MaxValue)]
    [InlineData(1, 1)]
    [InlineData(20, long.MaxValue)]
    [InlineData(0, 25)]
    [InlineData(37, 20)]
    [InlineData(20, 37)]
    [InlineData(99, 5)]
    [InlineData(100, 5)]
    [InlineData(5000, 5000)]
    public void Given_where_scoring_begins_and_the_scale_ends_When_a_series_runs_Then_the_sums_are_those_of_a_naive_computation(
        long from, long scaleUntil)
    {
        var values = new Noise(5).Take(100).Select((noise, step) => (double?)((step * 0.5) + (10 * noise))).ToArray();

        AssertScoresOf(values, from, scaleUntil);
    }

    [Theory]
    [InlineData(0, long.MaxValue)]
    [InlineData(30, 40)]
    public void Given_missing_steps_When_a_series_runs_Then_forecasts_from_or_for_them_are_not_scored_and_records_are_counted_not_steps(
        long from, long scaleUntil)
    {
        var values = new Noise(6).Take(200).Select((noise, step) =>
            step % 7 == 3 || step is > 60 and < 66 or > 100 and < 125 ? (double?)null : 5 + noise).ToArray();

        AssertScoresOf(values, from, scaleUntil);
    }

    [Fact]
    public void Given_only_zeros_before_the_scale_is_frozen_When_a_series_runs_Then_errors_count_in_its_own_unit()
    {
        var values = new double?[] { 0, 0, 0, 4, 4, -2, 0, 1 };

        AssertScoresOf(values, 0, 3);
        var run = Run(0, 3);
        run.Feed("a", values);
        Assert.Equal(4 + 6 + 2 + 1, Sums(run, learner: 0, horizon: 0).Absolute);
    }

    [Fact]
    public void Given_a_series_shorter_than_a_horizon_When_it_ends_Then_that_horizon_is_not_scored_and_there_are_no_scores_yet()
    {
        var run = Run(0, long.MaxValue);
        run.Feed("a", Enumerable.Range(0, 12).Select(step => (double)step));

        Assert.Equal([11, 9, 0], Horizons.Select((_, h) => Sums(run, 0, h).Weight));
        Assert.Null(run.Summary().Scores(0, ScoreView.SinceStart));
        Assert.True(double.IsNaN(run.Summary().SkillOf(run.Report()[0], ScoreView.SinceStart)));

        run.Feed("a", [12.0]);
        Assert.NotNull(run.Summary().Scores(0, ScoreView.SinceStart));
    }

    [Fact]
    public void Given_times_that_jitter_by_less_than_half_a_step_When_they_come_Then_each_record_has_its_step()
    {
        var task = new ForecastTask { Horizons = [1, 2], StepMilliseconds = 1000 };
        var plan = new ForecastPlan(task, [SeriesRun.Learner("last-value")], 1, 10);
        var fleet = new ForecastFleet(plan, plan.MaxKeys);
        var feed = new Feed(1);
        long[] times = [10_000, 11_499, 11_500, 12_501, 15_499, 15_501];
        for (var i = 0; i < times.Length; i++)
        {
            feed.Add("a", times[i], i);
        }

        // Steps 0, 1, 2, 3, 5, 6: of horizon 2 the target 2, 3, 5; the one from step 4 is missing.
        fleet.Process(feed.Batch(), 0, PredictionBatch.Allocate(times.Length, fleet.PredictionWidth));

        var report = fleet.Report()[0];
        Assert.Equal(6, report.Records);
        Assert.Equal(4, report.ErrorsOf(0, 0, ScoreView.SinceStart).Weight);
        Assert.Equal(3, report.ErrorsOf(0, 1, ScoreView.SinceStart).Weight);
    }

    [Fact]
    public void Given_a_step_of_zero_When_records_come_at_any_time_Then_each_is_one_step()
    {
        var plan = new ForecastPlan(new ForecastTask { Horizons = [1] }, [SeriesRun.Learner("last-value")], 1, 10);
        var fleet = new ForecastFleet(plan, plan.MaxKeys);
        var feed = new Feed(1).Add("a", 500, 1).Add("a", 500, 2).Add("a", -7, 3).Add("a", long.MaxValue, 4);
        var predictions = PredictionBatch.Allocate(4, fleet.PredictionWidth);

        fleet.Process(feed.Batch(), 0, predictions);

        Assert.Equal([1, 2, 3, 4], predictions.ModelVersions);
        Assert.Equal(3, fleet.Report()[0].ErrorsOf(0, 0, ScoreView.SinceStart).Weight);
    }

    [Fact]
    public void Given_intervals_as_they_were_published_When_targets_come_Then_those_within_are_counted_as_covered()
    {
        const int From = 50;
        var task = new ForecastTask { Horizons = Horizons, Coverage = 0.8, Scoring = new ScoringOptions { From = From } };
        var run = new SeriesRun(task, SeriesRun.Learner("last-value"));
        var level = 0.0;
        double[] values = [.. new Noise(21).Take(3000).Select((noise, step) => level += noise * (step % 500 < 100 ? 10 : 1))];

        var published = run.Feed("a", values);

        for (var h = 0; h < Horizons.Length; h++)
        {
            var covered = 0;
            for (var t = From; t < values.Length; t++)
            {
                if (t >= Horizons[h])
                {
                    var prediction = published[t - Horizons[h]]!;
                    covered += values[t] >= prediction[(3 * h) + 1] && values[t] <= prediction[(3 * h) + 2] ? 1 : 0;
                }
            }

            Assert.Equal(covered, run.Report()[0].Covered[h]);
            Assert.Equal(covered / (double)(values.Length - From), run.Summary().CoverageByHorizon()[h], 12);
        }
    }

    private static SeriesRun Run(long from, long scaleUntil) => new(
        new ForecastTask { Horizons = Horizons, Scoring = new ScoringOptions { From = from, ScaleUntil = scaleUntil } },
        SeriesRun.Learner("seasonal-last-value", ("period", "4")), SeriesRun.Learner("last-value"));

    private static ErrorSums Sums(SeriesRun run, int learner, int horizon) =>
        run.Report()[0].ErrorsOf(learner, horizon, ScoreView.SinceStart);

    private static void AssertScoresOf(double?[] values, long from, long scaleUntil)
    {
        var run = Run(from, scaleUntil);
        var predictions = run.Feed("a", values);
        for (var h = 0; h < Horizons.Length; h++)
        {
            double weight = 0, own = 0, ownSquared = 0, baseline = 0, scale = 0;
            long record = 0;
            for (var t = 0; t < values.Length; t++)
            {
                if (values[t] is not { } target)
                {
                    continue;
                }

                scale = record < scaleUntil ? Math.Max(scale, Math.Abs(target)) : scale;
                var made = t - Horizons[h];
                if (record >= from && made >= 0 && values[made] is { } last)
                {
                    var unit = scale > 0 ? scale : 1;
                    var error = Math.Abs(target - predictions[made]![3 * h]) / unit;
                    weight++;
                    own += error;
                    ownSquared += error * error;
                    baseline += Math.Abs(target - last) / unit;
                }

                record++;
            }

            Assert.Equal(weight, Sums(run, 0, h).Weight);
            Assert.Equal(own, Sums(run, 0, h).Absolute, 1e-9);
            Assert.Equal(ownSquared, Sums(run, 0, h).Squared, 1e-9);

            // The rival is last-value, and so is the baseline behind the learners.
            Assert.Equal(baseline, Sums(run, 1, h).Absolute, 1e-9);
            Assert.Equal(Sums(run, 1, h), Sums(run, 2, h));
        }
    }
}
