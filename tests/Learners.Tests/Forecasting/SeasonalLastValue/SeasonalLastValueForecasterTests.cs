using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Forecasting.SeasonalLastValue;

namespace StreamLearn.Learners.Tests.Forecasting.SeasonalLastValue;

public sealed class SeasonalLastValueForecasterTests
{
    private static readonly int[] Horizons = [1, 2, 4, 5, 6, 9, 10, 11, 23];

    [Theory]
    [InlineData(1, 0.0)]
    [InlineData(5, 0.0)]
    [InlineData(5, 0.3)]
    [InlineData(5, 0.8)]
    [InlineData(10, 0.2)]
    [InlineData(300, 0.2)]
    public void Given_a_series_with_gaps_When_it_predicts_Then_each_horizon_is_what_a_naive_look_back_finds(int period, double missing)
    {
        var random = new Random(99);
        double?[] values = [1.0, .. Enumerable.Range(1, 400).Select(step => random.NextDouble() < missing ? (double?)null : step)];
        var learner = SeriesRun.Learner("seasonal-last-value", ("period", $"{period}"));
        var run = new SeriesRun(new ForecastTask { Horizons = Horizons }, learner);

        var predictions = run.Feed("a", values);

        for (var t = 0; t < values.Length; t++)
        {
            for (var h = 0; values[t] is not null && h < Horizons.Length; h++)
            {
                // The latest step that lies whole seasons before the target and is not after t.
                var seasonal = t + Horizons[h];
                while (seasonal > t)
                {
                    seasonal -= period;
                }

                var expected = (seasonal >= 0 ? values[seasonal] : null) ?? values[t];
                Assert.Equal(expected, predictions[t]![3 * h]);
            }
        }
    }

    [Fact]
    public void Given_a_gap_longer_than_the_season_When_it_predicts_Then_nothing_from_before_the_gap_is_left()
    {
        var run = new SeriesRun(new ForecastTask { Horizons = [1, 2, 3] }, SeriesRun.Learner("seasonal-last-value", ("period", "3")));

        var predictions = run.Feed("a", [1, 2, 3, null, null, null, null, 8]);

        Assert.Equal([8, 8, 8], new[] { predictions[^1]![0], predictions[^1]![3], predictions[^1]![6] });
    }

    /// <summary>Regression: place and steps were added before the remainder was taken.</summary>
    [Fact]
    public void Given_more_missing_steps_than_numbers_can_add_When_it_goes_on_Then_it_predicts()
    {
        var learner = new SeasonalLastValueForecaster(new ForecastTask { Horizons = [1] }, new SeasonalLastValueOptions { Period = 7 });
        learner.Learn([1]);
        learner.Learn([2]);
        learner.Skip(long.MaxValue);
        learner.Learn([5]);
        var forecast = new double[1];

        learner.Predict(forecast);

        Assert.Equal([5], forecast);
    }
}
