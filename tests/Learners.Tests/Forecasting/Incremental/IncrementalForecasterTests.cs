using FsCheck.Xunit;
using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Forecasting.Incremental;
using StreamLearn.Learners.Scoring;

namespace StreamLearn.Learners.Tests.Forecasting.Incremental;

public sealed class IncrementalForecasterTests
{
    // Fields of a stored state, in the order in which they are written.
    private const int Updates = 1;
    private const int Generator = 5;
    private const int FirstOfScaler = 10;
    private const int LastOfScaler = 16;
    private const int Model = 17;

    private static readonly ForecastTask Task = new() { Horizons = [1, 3], Features = 1 };

    private static readonly IncrementalOptions Small = new()
    {
        Lags = 4, Hidden = 8, RefitEvery = 10, Memory = 3, Epochs = 2, BatchSize = 8, WarmUp = 50, LearningRate = 0.01,
    };

    public static TheoryData<bool, long, int, int> Settings() => new()
    {
        { false, 0, 1, 3 },
        { true, 0, 1, 3 },
        { false, 40, 1, 3 },
        { true, 40, 1, 3 },
        { true, 0, 5, 8 },
        { false, 0, 8, 40 },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void Given_a_series_with_gaps_When_it_is_learned_Then_it_is_what_the_description_computes(bool byWindow, long stopAfter, int near, int far)
    {
        var task = Task with { Horizons = [near, far] };
        var options = Small with { ByWindow = byWindow, StopAfter = stopAfter };
        var learner = new IncrementalForecaster(task, options, seed: 3);
        var reference = new ReferenceIncrementalForecaster(task, options, seed: 3);
        foreach (var (value, feature) in Series(150))
        {
            if (value is { } known)
            {
                Assert.NotEqual(LearnOutcome.Refused, learner.Learn([known, feature]));
                reference.Learn(known, [feature]);
                var (expected, actual) = (reference.Predict(), ForecasterState.Predict(learner, task));
                Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-3 * (1 + Math.Abs(pair.First))));
            }
            else
            {
                learner.Skip(1);
                reference.Miss();
            }
        }

        Assert.True(reference.Updates > 0);
        Assert.Equal(reference.Updates, MessagePackSerializer.Deserialize<long>(ForecasterState.Fields(ForecasterState.Save(learner))[Updates]));
    }

    [Fact]
    public void Given_r_k_and_batches_When_records_come_Then_refits_and_their_rows_are_as_documented()
    {
        // No gaps: a record is a step. Re-fits at 10, 20, …: rows are the steps that have a whole window and a target, of the newest 30.
        var learner = new IncrementalForecaster(Task, Small, seed: 1);
        var updates = 0L;
        for (var records = 1; records <= 75; records++)
        {
            learner.Learn([Math.Sin(records), 0]);
            if (records % 10 == 0)
            {
                var rows = Math.Min(records - 4, 30 - 1);
                updates += 2 * ((rows + 7) / 8);
            }

            Assert.Equal(updates, MessagePackSerializer.Deserialize<long>(ForecasterState.Fields(ForecasterState.Save(learner))[Updates]));
        }
    }

    [Property(MaxTest = 30)]
    public void Given_windows_by_themselves_When_level_and_scale_of_a_series_are_others_Then_so_are_the_forecasts_and_nothing_else(
        byte seed, sbyte exponent, short level)
    {
        var scale = Math.Pow(10, exponent / 16.0);
        var shift = level / 100.0 * scale;
        double[] values = [.. new Noise(seed).Take(100)];
        var plain = Run(values);
        var moved = Run([.. values.Select(value => (scale * value) + shift)]);

        Assert.All(plain.Zip(moved), pair => Assert.Equal((scale * pair.First) + shift, pair.Second, 0.01 * scale));

        static double[] Run(double[] values)
        {
            var learner = new IncrementalForecaster(Task, Small with { ByWindow = true, LearningRate = 0.001 }, seed: 1);
            return [.. values.SelectMany(value =>
            {
                learner.Learn([value, 0]);
                return ForecasterState.Predict(learner, Task);
            })];
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Given_records_after_which_it_stops_When_the_series_goes_on_Then_network_and_scaling_keep_their_bits(bool byWindow)
    {
        var learner = new IncrementalForecaster(Task, Small with { StopAfter = 45, ByWindow = byWindow }, seed: 1);
        Play(learner, 0, 60);
        var stopped = ForecasterState.Fields(ForecasterState.Save(learner));
        var before = ForecasterState.Predict(learner, Task);
        learner.Learn([1e6, 0]);
        Play(learner, 60, 300);
        var after = ForecasterState.Fields(ForecasterState.Save(learner));

        Assert.All(Enumerable.Range(FirstOfScaler, LastOfScaler - FirstOfScaler + 1).Concat([Updates, Generator, Model]), field => Assert.Equal(stopped[field], after[field]));
        Assert.NotEqual(before, ForecasterState.Predict(learner, Task));
    }

    /// <summary>A bug that there was: outputs of horizons that had never had a target were forecasts, of drawn weights.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Given_a_horizon_whose_targets_no_refit_has_seen_When_it_forecasts_Then_it_is_last_value_there(bool byWindow)
    {
        var task = Task with { Horizons = [1, 12, 30], Features = 0 };
        var learner = new IncrementalForecaster(task, Small with { ByWindow = byWindow }, seed: 1);
        for (var records = 1; records <= 200; records++)
        {
            learner.Learn([10 + Math.Sin(records)]);
            var forecasts = ForecasterState.Predict(learner, task);

            // Re-fits at 10 and 20 records: the latter has rows of 1 to 16 steps ago.
            Assert.Equal(records < 10, forecasts[0] == 10 + Math.Sin(records));
            Assert.Equal(records < 20, forecasts[1] == 10 + Math.Sin(records));
            Assert.Equal(10 + Math.Sin(records), forecasts[2]);
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Given_any_settings_When_state_is_stored_and_loaded_midway_Then_the_bits_go_on(bool byWindow, long stopAfter, int near, int far)
    {
        var task = Task with { Horizons = [near, far] };
        var options = Small with { ByWindow = byWindow, StopAfter = stopAfter };
        foreach (var cut in new[] { 1, 3, 12, 25, 47, 90 })
        {
            var original = new IncrementalForecaster(task, options, seed: 1);
            Play(original, 0, cut);

            // Another seed and other records: what it then draws is drawn from the stored generator.
            var loaded = new IncrementalForecaster(task, options, seed: 99);
            Play(loaded, 20, 60);
            ForecasterState.Load(loaded, ForecasterState.Save(original));
            Play(original, cut, 150);
            Play(loaded, cut, 150);

            Assert.Equal(ForecasterState.Save(original), ForecasterState.Save(loaded));
        }
    }

    [Theory]
    [InlineData("scaler", 0.3)]
    [InlineData("window", 0.8)]
    public void Given_a_noisy_sine_When_it_is_learned_Then_it_beats_last_value(string normalization, double least)
    {
        var run = new SeriesRun(
            new ForecastTask { Horizons = [1, 4], Scoring = new() { From = 2000 } }, SeriesRun.Learner("incremental", ("normalization", normalization)));

        run.Feed("a", new Noise(6).Take(4000).Select((n, t) => 20 + (10 * Math.Sin(t / 3.0)) + (0.2 * n)));

        var skills = run.Summary().Scores(0, ScoreView.SinceStart)!.SkillByHorizon;
        Assert.All(skills, skill => Assert.True(skill > least, string.Join(", ", skills)));
    }

    private static IEnumerable<(double? Value, double Feature)> Series(int steps)
    {
        var noise = new Noise(11);
        for (var step = 0; step < steps; step++)
        {
            var value = 20 + (5 * Math.Sin(step / 2.0)) + noise.Next();
            yield return (step % 7 == 5 ? null : value, Math.Cos(step));
        }
    }

    private static void Play(IncrementalForecaster learner, int from, int to)
    {
        foreach (var (value, feature) in Series(to).Skip(from))
        {
            if (value is { } known)
            {
                learner.Learn([known, feature]);
            }
            else
            {
                learner.Skip(1);
            }
        }
    }
}
