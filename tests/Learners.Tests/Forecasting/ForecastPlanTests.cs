using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Tests.Forecasting;

public sealed class ForecastPlanTests
{
    [Theory]
    [InlineData("recursive-least-squares", "lags", "0", "a whole number from 1 to 512")]
    [InlineData("recursive-least-squares", "forgetting", "1.01", "a number from 0.5 to 1")]
    [InlineData("recursive-least-squares", "initial-covariance", "0", "a number from 1E-09 to 1000000000")]
    [InlineData("recursive-least-squares", "max-covariance", "-1", "a number from 1E-09 to 1000000000000")]
    [InlineData("seasonal-last-value", "period", "0", "a whole number from 1 to 1000000")]
    public void Given_an_unusable_setting_of_a_rival_When_the_plan_is_made_Then_it_is_refused_before_any_record(
        string kind, string name, string text, string expected)
    {
        var refusal = Assert.Throws<OptionException>(
            () => new ForecastPlan(new ForecastTask(), [SeriesRun.Learner("last-value"), SeriesRun.Learner(kind, (name, text))], 1, 10));

        Assert.Equal($"learner.{name} is '{text}'; expected {expected}.", refusal.Message);
    }

    [Fact]
    public void Given_an_unusable_task_no_learner_or_no_key_When_the_plan_is_made_Then_it_is_refused()
    {
        LearnerChoice[] learners = [SeriesRun.Learner("last-value")];

        Assert.Throws<OptionException>(() => new ForecastPlan(new ForecastTask { Coverage = 2 }, learners, 1, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ForecastPlan(new ForecastTask(), [], 1, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ForecastPlan(new ForecastTask(), learners, 1, 0));
    }
}
