using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Drift;

public sealed class PageHinkleyDetectorTests
{
    [Theory]
    [InlineData(0.25, 25, 30)]
    [InlineData(0, 3, 2)]
    [InlineData(1, 8, 200)]
    public void Given_the_definition_with_its_sums_and_minimum_When_both_watch_Then_statistic_and_alarms_agree_at_every_value(
        double delta, double threshold, int minCount)
    {
        var detector = new PageHinkleyDetector(
            new PageHinkleyOptions { Delta = delta, Threshold = threshold, MinCount = minCount, Direction = DriftDirection.Both });
        var seen = new List<double>();
        var (sum, lowest, fallingSum, highest) = (0.0, 0.0, 0.0, 0.0);
        var alarms = 0;
        foreach (var value in DetectorUnderTest.Steps(4000))
        {
            if (seen.Count >= minCount)
            {
                var mean = seen.Average();
                var deviation = Math.Sqrt(seen.Sum(x => (x - mean) * (x - mean)) / (seen.Count - 1));
                var z = Math.Clamp((value - mean) / deviation, -5, 5);
                sum += z - delta;
                lowest = Math.Min(lowest, sum);
                fallingSum += z + delta;
                highest = Math.Max(highest, fallingSum);
            }

            var expected = Math.Max(sum - lowest, highest - fallingSum) >= threshold;
            Assert.Equal(expected, detector.Add(value));
            if (expected)
            {
                alarms++;
                seen.Clear();
                (sum, lowest, fallingSum, highest) = (0, 0, 0, 0);
                continue;
            }

            seen.Add(value);
            Assert.Equal(sum - lowest, detector.Risen, 1e-9);
            Assert.Equal(highest - fallingSum, detector.Fallen, 1e-9);
        }

        Assert.True(alarms > 2, $"{alarms} alarms.");
    }

    [Theory]
    [InlineData(DriftDirection.Up, 3, true)]
    [InlineData(DriftDirection.Up, -3, false)]
    [InlineData(DriftDirection.Down, 3, false)]
    [InlineData(DriftDirection.Down, -3, true)]
    [InlineData(DriftDirection.Both, 3, true)]
    [InlineData(DriftDirection.Both, -3, true)]
    public void Given_a_direction_When_the_mean_changes_Then_the_alarm_is_given_in_that_direction(
        DriftDirection direction, double shift, bool expected)
    {
        var detector = new PageHinkleyDetector(new PageHinkleyOptions { Direction = direction });

        Assert.Equal(expected, detector.Alarms(DriftStreams.MeanShift(4, shift).Values).Length > 0);
    }

    [Fact]
    public void Given_one_outlier_of_any_size_When_it_comes_Then_it_is_no_drift_and_a_later_shift_is_still_seen()
    {
        var random = new Xoshiro256(6);
        foreach (var outlier in new[] { 100, 1e9, 1e300 })
        {
            var values = Enumerable.Range(0, 3000).Select(at => at == 500 ? outlier : random.NextGaussian() + (at < 2500 ? 0 : 3));

            var alarm = Assert.Single(new PageHinkleyDetector(new PageHinkleyOptions()).Alarms(values));

            Assert.InRange(alarm, 2500, 2540);
        }
    }
}
