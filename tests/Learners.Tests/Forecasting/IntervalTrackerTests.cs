using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Learners.Tests.Forecasting;

public sealed class IntervalTrackerTests
{
    [Theory]
    [InlineData(0.5, 1e-9)]
    [InlineData(0.8, 1)]
    [InlineData(0.9, 1)]
    [InlineData(0.9, 1e12)]
    [InlineData(0.99, 1)]
    public void Given_normal_errors_of_any_unit_When_it_has_run_long_Then_the_chosen_share_is_covered_to_a_hundredth(
        double coverage, double unit)
    {
        const int Warmup = 2000;
        const int Counted = 20_000;
        var tracker = new IntervalTracker(coverage);
        var noise = new Noise(12);
        for (var i = 0; i < Warmup + Counted; i++)
        {
            tracker.Add(Math.Abs(noise.Next()) * unit, tracker.HalfWidth, scored: i >= Warmup);
        }

        Assert.InRange(tracker.Covered / (double)Counted, coverage - 0.01, coverage + 0.01);
    }

    [Fact]
    public void Given_errors_that_grow_tenfold_When_it_runs_on_Then_the_share_is_covered_again()
    {
        var tracker = new IntervalTracker(0.9);
        var noise = new Noise(13);
        for (var i = 0; i < 20_000; i++)
        {
            tracker.Add(Math.Abs(noise.Next()) * (i < 10_000 ? 1 : 10), tracker.HalfWidth, scored: i >= 10_500);
        }

        Assert.InRange(tracker.Covered / 9500.0, 0.89, 0.91);
    }

    [Fact]
    public void Given_an_interval_that_was_narrower_when_it_was_given_Then_the_target_counts_as_missed_though_todays_would_cover_it()
    {
        var tracker = new IntervalTracker(0.9);
        tracker.Add(100, given: 0, scored: true);
        Assert.True(tracker.HalfWidth > 1);

        tracker.Add(1, given: 0.5, scored: true);
        Assert.Equal(0, tracker.Covered);

        tracker.Add(1, given: 1, scored: true);
        tracker.Add(1, given: 1, scored: false);
        Assert.Equal(1, tracker.Covered);
    }

    [Fact]
    public void Given_no_error_at_all_Then_the_width_stays_zero_and_all_is_covered()
    {
        var tracker = new IntervalTracker(0.9);
        for (var i = 0; i < 100; i++)
        {
            tracker.Add(0, tracker.HalfWidth, scored: true);
        }

        Assert.Equal(0, tracker.HalfWidth);
        Assert.Equal(100, tracker.Covered);
    }

    [Fact]
    public void Given_the_largest_errors_there_are_Then_the_width_stays_finite_and_shrinks_again()
    {
        var tracker = new IntervalTracker(0.9);
        for (var i = 0; i < 1000; i++)
        {
            tracker.Add(double.MaxValue, tracker.HalfWidth, scored: true);
            tracker.Add(double.PositiveInfinity, tracker.HalfWidth, scored: true);
            Assert.True(double.IsFinite(tracker.HalfWidth));
        }

        for (var i = 0; i < 100_000; i++)
        {
            tracker.Add(1, tracker.HalfWidth, scored: true);
        }

        Assert.InRange(tracker.HalfWidth, 0, 2);
    }

    /// <summary>Regression: steps shrink with the errors, so the width stayed where large errors had left it, for millions of targets.</summary>
    [Theory]
    [InlineData(0.9)]
    [InlineData(0.99)]
    public void Given_errors_that_become_a_thousand_times_smaller_When_a_thousand_more_have_come_Then_the_width_has_followed(
        double coverage)
    {
        var tracker = new IntervalTracker(coverage);
        var random = new Random(14);
        for (var i = 0; i < 3000; i++)
        {
            tracker.Add(random.NextDouble() * (i < 2000 ? 1000 : 1), tracker.HalfWidth, scored: true);
        }

        Assert.InRange(tracker.HalfWidth, 0.5, 2);
    }
}
