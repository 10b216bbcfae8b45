using System.Buffers;
using System.Buffers.Binary;
using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Forecasting.RecursiveLeastSquares;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.Tests.Conformance;

namespace StreamLearn.Learners.Tests.Forecasting.RecursiveLeastSquares;

public sealed class RecursiveLeastSquaresForecasterTests
{
    private const string Kind = "recursive-least-squares";

    public static TheoryData<string, double?[]> Series()
    {
        var noise = new Noise(2);
        var level = 0.0;
        return new()
        {
            { "largest value first: the unit never grows", [8, .. noise.Take(300).Select(n => (double?)Math.Clamp(n, -4, 4))] },
            { "a series that grows: the unit grows all the time", [0.5, .. noise.Take(300).Select((n, t) => (double?)((0.05 * t) + n))] },
            { "growth by sixty over a few steps", [0.5, .. noise.Take(200).Select((n, t) => (double?)((t < 100 ? 0.5 : 30) + (0.1 * n)))] },
            { "a random walk", [1, .. noise.Take(300).Select(n => (double?)(level += n))] },
            {
                "with missing steps",
                [2, .. noise.Take(300).Select((n, t) => t % 11 == 4 || t is > 150 and < 175 ? (double?)null : 3 + n)]
            },
        };
    }

    [Theory]
    [MemberData(nameof(Series))]
    public void Given_a_series_When_it_is_learned_Then_every_forecast_is_the_textbooks(string name, double?[] values)
    {
        const double Forgetting = 0.98;
        const int Lags = 3;
        int[] horizons = [1, 2, 7];
        var noise = new Noise(77);
        double[][] features =
        [
            [0.25, -3],
            .. Enumerable.Range(1, values.Length - 1).Select(t => new[] { noise.Next() * (1 + (t / 50)), noise.Next() }),
        ];

        // Never reached, so that forgetting never pauses, whatever the unit.
        var learner = SeriesRun.Learner(
            Kind, ("lags", $"{Lags}"), ("forgetting", "0.98"), ("initial-covariance", "10"), ("max-covariance", "1e12"));
        var run = new SeriesRun(new ForecastTask { Horizons = horizons, Features = 2 }, learner);

        var predictions = run.Feed("a", values, t => features[t]);

        Assert.Equal(0, run.Report()[0].Refused[0]);
        for (var h = 0; h < horizons.Length; h++)
        {
            var expected = TextbookRecursiveLeastSquares.Forecast(values, features, horizons[h], Lags, Forgetting, covariance: 10);
            var updated = false;
            for (var t = 0; t < values.Length; t++)
            {
                if (values[t] is not { } value)
                {
                    continue;
                }

                var actual = predictions[t]![3 * h];
                updated |= Math.Abs(expected[t] - value) > 1e-3;
                Assert.True(
                    Math.Abs(actual - expected[t]) <= 1e-7 * (1 + Math.Abs(expected[t])),
                    $"{name}, step {t}, horizon {horizons[h]}: {actual}, expected {expected[t]}");
            }

            Assert.True(updated, "The reference only repeats the last value.");
        }
    }

    [Fact]
    public void Given_a_series_in_another_unit_When_it_is_learned_Then_forecasts_and_intervals_are_in_that_unit()
    {
        var (plain, thousandfold, binary) = (Run(), Run(), Run());
        double[] values = [.. new Noise(4).Take(500).Select((n, t) => (0.01 * t) + Math.Sin(t / 9.0) + (0.2 * n))];

        var expected = plain.Feed("a", values);
        var scaled = thousandfold.Feed("a", values.Select(value => 1000 * value));
        var exact = binary.Feed("a", values.Select(value => 1024 * value));

        for (var t = 0; t < values.Length; t++)
        {
            for (var i = 0; i < expected[t]!.Length; i++)
            {
                Assert.Equal(1000 * expected[t]![i], scaled[t]![i], 1000 * 1e-9 * (1 + Math.Abs(expected[t]![i])));

                // A power of two changes no digit.
                Assert.Equal(1024 * expected[t]![i], exact[t]![i]);
            }
        }

        static SeriesRun Run() => new(new ForecastTask(), SeriesRun.Learner(Kind));
    }

    [Fact]
    public void Given_too_few_steps_for_an_update_When_it_predicts_Then_it_is_the_last_value_to_the_bit()
    {
        var run = new SeriesRun(new ForecastTask { Horizons = [2] }, SeriesRun.Learner(Kind, ("lags", "4")));
        double[] values = [0.1, 0.7, 1.0 / 3, 1e-17, 123.456];

        var predictions = run.Feed("a", values);

        Assert.Equal(values, predictions.Select(prediction => prediction![0]));
    }

    [Fact]
    public void Given_an_autoregressive_process_When_it_has_learned_Then_it_comes_near_the_best_that_can_be_done()
    {
        // y(t) = 1.5 y(t-1) - 0.8 y(t-2) + noise: the best forecast of one step saves 1 - 1/sqrt(3.03) = 0.425 of last-value's error.
        var task = new ForecastTask { Horizons = [1, 3], Scoring = new ScoringOptions { From = 500 } };
        var run = new SeriesRun(task, SeriesRun.Learner(Kind, ("lags", "4")));
        var (before, last) = (0.0, 0.0);
        run.Feed("a", new Noise(10).Take(5000).Select(noise =>
        {
            (before, last) = (last, (1.5 * last) - (0.8 * before) + noise);
            return last;
        }));

        var scores = run.Summary().Scores(0, ScoreView.SinceStart)!;

        Assert.InRange(scores.SkillByHorizon[0], 0.40, 0.44);
        Assert.True(scores.SkillByHorizon[1] > 0.3, $"{scores.SkillByHorizon[1]}");
    }

    [Fact]
    public void Given_a_feature_that_tells_the_next_value_When_it_has_learned_Then_it_uses_it()
    {
        var noise = new Noise(14).Take(2001);
        var run = new SeriesRun(
            new ForecastTask { Horizons = [1], Features = 1, Scoring = new ScoringOptions { From = 300 } },
            SeriesRun.Learner(Kind, ("lags", "2")));

        run.Feed("a", noise[..2000], t => [1e6 * noise[t + 1]]);

        Assert.True(run.Summary().Scores(0, ScoreView.SinceStart)!.Skill > 0.99);
    }

    [Fact]
    public void Given_a_shift_of_the_level_When_it_has_learned_on_Then_its_errors_are_as_small_as_before()
    {
        var run = new SeriesRun(
            new ForecastTask { Horizons = [1] }, SeriesRun.Learner(Kind, ("lags", "4"), ("forgetting", "0.98")));
        double[] values = [.. new Noise(15).Take(2000).Select((n, t) => (t < 1000 ? 10 : 50) + n)];

        var predictions = run.Feed("a", values);

        var before = MeanError(500, 1000);
        Assert.InRange(MeanError(1300, 1800), 0.8 * before, 1.15 * before);
        Assert.InRange(before, 0.7, 0.95);

        double MeanError(int from, int to) =>
            Enumerable.Range(from, to - from).Average(t => Math.Abs(values[t] - predictions[t - 1]![0]));
    }

    [Fact]
    public void Given_a_series_that_stands_still_for_long_When_it_moves_again_Then_the_covariance_has_not_wound_up()
    {
        var run = new SeriesRun(new ForecastTask { Horizons = [1] }, SeriesRun.Learner(Kind, ("lags", "4"), ("forgetting", "0.9")));
        run.Feed("a", Enumerable.Repeat(5.0, 20_000));
        Assert.Equal(5, run.Feed("a", [5.0])[0]![0], 9);
        var noise = new Noise(16);

        var predictions = run.Feed("a", noise.Take(500).Select(n => 5 + (0.1 * n)));

        Assert.All(predictions, prediction => Assert.InRange(prediction![0], -5, 15));
        Assert.All(predictions[50..], prediction => Assert.InRange(prediction![0], 4, 6));
        Assert.Equal(0, run.Report()[0].Refused[0]);
    }

    [Fact]
    public void Given_a_covariance_that_is_huge_and_not_positive_When_it_learns_Then_the_update_is_refused_and_the_state_stays_finite()
    {
        var task = new ForecastTask { Horizons = [1] };
        var learner = new RecursiveLeastSquaresForecaster(task, new() { Lags = 1 });
        learner.Learn([0]);
        learner.Learn([0]);
        var state = Save(learner);

        // Before the last block, of two good weights, are the four numbers of P; with x = [0, 1] the gain is [1e200, 0] and xPx is 0.
        double[] covariance = [0, 1e200, 1e200, 0];
        var end = state.Length - 1 - (9 * 2);
        for (var i = 0; i < covariance.Length; i++)
        {
            BinaryPrimitives.WriteDoubleBigEndian(state.AsSpan(end - (9 * (covariance.Length - i)) + 1), covariance[i]);
        }

        var damaged = new RecursiveLeastSquaresForecaster(task, new() { Lags = 1 });
        var reader = new MessagePackReader(state);
        damaged.Load(ref reader);

        Assert.Equal(LearnOutcome.Refused, damaged.Learn([0]));
        Assert.All(StoredState.Numbers(Save(damaged)), number => Assert.True(double.IsFinite(number)));
        Assert.Equal(LearnOutcome.Learned, damaged.Learn([0]));

        static byte[] Save(RecursiveLeastSquaresForecaster learner)
        {
            var buffer = new ArrayBufferWriter<byte>();
            var writer = new MessagePackWriter(buffer);
            learner.Save(ref writer);
            writer.Flush();
            return buffer.WrittenSpan.ToArray();
        }
    }

    [Fact]
    public void Given_missing_steps_before_the_first_example_When_it_learns_Then_they_are_as_if_they_had_not_been()
    {
        var task = new ForecastTask { Horizons = [1] };
        var (skipped, plain) = (new RecursiveLeastSquaresForecaster(task, new()), new RecursiveLeastSquaresForecaster(task, new()));
        var (left, right) = (new double[1], new double[1]);
        skipped.Skip(5);
        foreach (var value in new Noise(1).Take(50))
        {
            skipped.Learn([value]);
            plain.Learn([value]);
            skipped.Predict(left);
            plain.Predict(right);
            Assert.Equal(left, right);
        }
    }
}
