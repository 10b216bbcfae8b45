using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Learners.Tests.Forecasting.LastValue;

public sealed class LastValueForecasterTests
{
    [Fact]
    public void Given_a_series_with_gaps_When_it_predicts_Then_every_horizon_is_the_last_value_seen()
    {
        var run = new SeriesRun(new ForecastTask { Horizons = [1, 5] }, SeriesRun.Learner("last-value"));
        double?[] values = [3, null, -4.5, 1e300, null, null, null, null, null, null, 0];

        var predictions = run.Feed("a", values);

        for (var t = 0; t < values.Length; t++)
        {
            if (values[t] is { } value)
            {
                Assert.Equal([value, value], new[] { predictions[t]![0], predictions[t]![3] });
            }
        }
    }
}
