using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Scoring;

namespace StreamLearn.Learners.Tests.Forecasting;

public sealed class ForecastTaskTests
{
    [Fact]
    public void Given_the_defaults_When_they_are_checked_Then_they_are_usable()
    {
        var task = new ForecastTask().Validate();

        Assert.Equal([1, 3, 12], task.Horizons);
        Assert.Equal(12, task.FurthestHorizon);
        Assert.Equal(9, task.PredictionWidth);
        Assert.Equal(0.9, task.Coverage);
        Assert.Equal(1000, task.Scoring.Window);
        Assert.Equal(0.999, task.Scoring.Fading);
        Assert.Equal(long.MaxValue, task.Scoring.ScaleUntil);
    }

    [Theory]
    [InlineData]
    [InlineData(0)]
    [InlineData(-1, 2)]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(1, ForecastTask.MaxHorizon + 1)]
    public void Given_horizons_that_are_not_ascending_or_out_of_range_When_they_are_checked_Then_the_refusal_shows_them(
        params int[] horizons)
    {
        var refusal = Assert.Throws<OptionException>(() => new ForecastTask { Horizons = horizons }.Validate("pipelines.x.task"));

        Assert.Equal(
            $"pipelines.x.task.horizons is [{string.Join(", ", horizons)}]; expected 1 to 64 ascending whole numbers from 1 to 10000, in steps.",
            refusal.Message);
    }

    [Fact]
    public void Given_as_many_and_as_far_horizons_as_there_may_be_When_they_are_checked_Then_only_one_more_is_refused()
    {
        int[] most = [.. Enumerable.Range(ForecastTask.MaxHorizon - 63, 64)];

        Assert.Same(most, new ForecastTask { Horizons = most }.Validate().Horizons);
        Assert.Throws<OptionException>(() => new ForecastTask { Horizons = [1, .. most] }.Validate());
    }

    [Fact]
    public void Given_a_negative_step_When_it_is_checked_Then_it_is_refused()
    {
        var refusal = Assert.Throws<OptionException>(() => new ForecastTask { StepMilliseconds = -5 }.Validate());

        Assert.Equal("task.step is -5 ms; expected a duration, or 0s for a step with each record.", refusal.Message);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "1")]
    [InlineData(1.5, "1.5")]
    [InlineData(double.NaN, "NaN")]
    public void Given_a_coverage_outside_nought_to_one_When_it_is_checked_Then_it_is_refused(double coverage, string shown)
    {
        var refusal = Assert.Throws<OptionException>(() => new ForecastTask { Coverage = coverage }.Validate());

        Assert.Equal($"task.coverage is {shown}; expected a number between 0 and 1.", refusal.Message);
    }

    public static TheoryData<string, string, ScoringOptions> UnusableScoring() => new()
    {
        { "from", "-1", new ScoringOptions { From = -1 } },
        { "scale-until", "0", new ScoringOptions { ScaleUntil = 0 } },
        { "window", "3", new ScoringOptions { Window = 3 } },
        { "window", "10000001", new ScoringOptions { Window = 10_000_001 } },
        { "fading", "0", new ScoringOptions { Fading = 0 } },
        { "fading", "1", new ScoringOptions { Fading = 1 } },
        { "fading", "NaN", new ScoringOptions { Fading = double.NaN } },
    };

    [Theory]
    [MemberData(nameof(UnusableScoring))]
    public void Given_unusable_scoring_When_it_is_checked_Then_the_refusal_names_path_and_value(
        string name, string shown, ScoringOptions scoring)
    {
        var refusal = Assert.Throws<OptionException>(() => new ForecastTask { Scoring = scoring }.Validate());

        Assert.Equal("task.scoring." + name, refusal.Path);
        Assert.Equal($"task.scoring.{name} is {shown}; expected {refusal.Expected}.", refusal.Message);
    }
}
