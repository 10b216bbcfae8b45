using System.Buffers;
using MessagePack;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Scoring;

namespace StreamLearn.Learners.Tests.Forecasting;

public sealed class ErrorStatisticsTests
{
    [Theory]
    [InlineData(40, 0.9)]
    [InlineData(43, 0.99)]
    [InlineData(4, 0.5)]
    public void Given_targets_and_forecasts_When_they_are_scored_Then_all_sums_are_those_of_a_naive_computation(int window, double fading)
    {
        var statistics = new ErrorStatistics(new ScoringOptions { Window = window, Fading = fading });
        var noise = new Noise(3);
        var absolute = new List<double>();
        var symmetric = new List<double>();
        for (var n = 1; n <= 200; n++)
        {
            var (target, forecast, scale) = (10 * noise.Next(), 10 * noise.Next(), 5.0 + (n % 3));
            statistics.Add(target, forecast, scale);
            absolute.Add(Math.Abs(target - forecast) / scale);
            symmetric.Add(2 * Math.Abs(target - forecast) / (Math.Abs(target) + Math.Abs(forecast)));

            // Three whole quarters and the one being filled.
            var quarter = window / 4;
            var looksBackOn = Math.Min(n, (3 * quarter) + ((n - 1) % quarter) + 1);
            AssertSums(statistics.Total, _ => 1, n);
            AssertSums(statistics.Windowed, age => age < looksBackOn ? 1 : 0, n);
            AssertSums(statistics.Fading, age => Math.Pow(fading, age), n);
            Assert.InRange(looksBackOn, Math.Min(n, 3 * quarter), window);
        }

        void AssertSums(ErrorSums sums, Func<int, double> weight, int n)
        {
            double expectedWeight = 0, expectedAbsolute = 0, expectedSquared = 0, expectedSymmetric = 0;
            for (var i = 0; i < n; i++)
            {
                var w = weight(n - 1 - i);
                expectedWeight += w;
                expectedAbsolute += w * absolute[i];
                expectedSquared += w * absolute[i] * absolute[i];
                expectedSymmetric += w * symmetric[i];
            }

            Assert.Equal(expectedWeight, sums.Weight, 1e-9);
            Assert.Equal(expectedAbsolute, sums.Absolute, 1e-9);
            Assert.Equal(expectedSquared, sums.Squared, 1e-9);
            Assert.Equal(expectedSymmetric, sums.Symmetric, 1e-9);
        }
    }

    [Fact]
    public void Given_a_scale_of_zero_When_a_forecast_is_scored_Then_its_error_counts_in_the_unit_of_the_series()
    {
        var statistics = new ErrorStatistics(new ScoringOptions());

        statistics.Add(0, 0, 0);
        statistics.Add(3, -1, 0);

        Assert.Equal(new ErrorSums(2, 4, 16, 2), statistics.Total);
    }

    [Theory]
    [InlineData(double.MaxValue, -double.MaxValue, 1e-300)]
    [InlineData(double.MaxValue, -double.MaxValue, 0)]
    [InlineData(1e300, 0, double.Epsilon)]
    [InlineData(1e200, 0, 1)]
    [InlineData(double.Epsilon, -double.Epsilon, double.Epsilon)]
    [InlineData(0, 0, 0)]
    public void Given_an_error_beyond_all_measure_When_it_is_scored_often_Then_the_sums_stay_finite(
        double target, double forecast, double scale)
    {
        var statistics = new ErrorStatistics(new ScoringOptions());
        for (var i = 0; i < 10_000; i++)
        {
            statistics.Add(target, forecast, scale);
        }

        foreach (var sums in new[] { statistics.Total, statistics.Windowed, statistics.Fading })
        {
            Assert.True(double.IsFinite(sums.Absolute) && double.IsFinite(sums.Squared), $"{sums}");
            Assert.InRange(sums.Absolute / sums.Weight, 0, ErrorStatistics.LargestError * 1.000001);
            Assert.InRange(sums.Symmetric / sums.Weight, 0, 2);
        }
    }

    [Fact]
    public void Given_the_largest_numbers_When_they_are_scored_Then_the_error_in_units_of_their_scale_is_exact()
    {
        var statistics = new ErrorStatistics(new ScoringOptions());

        statistics.Add(double.MaxValue, -double.MaxValue, double.MaxValue);

        Assert.Equal(new ErrorSums(1, 2, 4, 2), statistics.Total);
    }

    [Fact]
    public void Given_stored_statistics_When_they_are_loaded_Then_they_go_on_with_the_same_bits()
    {
        var options = new ScoringOptions { Window = 12 };
        var stored = new ErrorStatistics(options);
        var noise = new Noise(8);
        for (var i = 0; i < 17; i++)
        {
            stored.Add(noise.Next(), noise.Next(), 2);
        }

        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        stored.Save(ref writer);
        writer.Flush();
        var loaded = new ErrorStatistics(options);
        var reader = new MessagePackReader(buffer.WrittenMemory);
        loaded.Load(ref reader);

        for (var i = 0; i < 17; i++)
        {
            var (target, forecast) = (noise.Next(), noise.Next());
            stored.Add(target, forecast, 2);
            loaded.Add(target, forecast, 2);
            Assert.Equal(stored.Total, loaded.Total);
            Assert.Equal(stored.Windowed, loaded.Windowed);
            Assert.Equal(stored.Fading, loaded.Fading);
        }
    }
}
