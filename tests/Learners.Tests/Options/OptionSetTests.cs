using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Tests.Options;

public sealed class OptionSetTests
{
    [Fact]
    public void Given_a_setting_that_is_absent_When_it_is_read_Then_the_fallback_counts_even_outside_the_range()
    {
        Assert.Equal(99, OptionSet.Defaults.Whole("lags", 99, 1, 10));
        Assert.Equal(0.25, OptionSet.Defaults.Number("forgetting", 0.25, 0.5, 1));
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("10", 10)]
    [InlineData("+7", 7)]
    [InlineData("007", 7)]
    public void Given_a_whole_number_in_the_range_When_it_is_read_Then_it_is_that(string text, int expected)
    {
        Assert.Equal(expected, Set(text).Whole("lags", 0, 1, 10));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("11")]
    [InlineData("-3")]
    [InlineData("3.0")]
    [InlineData("1e1")]
    [InlineData("1,0")]
    [InlineData("")]
    [InlineData(" 3")]
    [InlineData("99999999999999999999")]
    [InlineData("three")]
    public void Given_anything_else_When_a_whole_number_is_read_Then_the_refusal_names_path_text_and_range(string text)
    {
        var refusal = Assert.Throws<OptionException>(() => Set(text).Whole("lags", 0, 1, 10));

        Assert.Equal("pipelines.x.learner.lags", refusal.Path);
        Assert.Equal("a whole number from 1 to 10", refusal.Expected);
        Assert.Equal($"pipelines.x.learner.lags is '{text}'; expected a whole number from 1 to 10.", refusal.Message);
    }

    [Theory]
    [InlineData("0.5", 0.5)]
    [InlineData("1", 1)]
    [InlineData("7.5e-1", 0.75)]
    public void Given_a_number_in_the_range_When_it_is_read_Then_it_is_that(string text, double expected)
    {
        Assert.Equal(expected, Set(text).Number("lags", 0, 0.5, 1));
    }

    [Theory]
    [InlineData("0.4999")]
    [InlineData("1.0001")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    [InlineData("1e400")]
    [InlineData("0,75")]
    [InlineData("")]
    [InlineData("0x1")]
    public void Given_anything_else_When_a_number_is_read_Then_the_refusal_names_path_text_and_range(string text)
    {
        var refusal = Assert.Throws<OptionException>(() => Set(text).Number("lags", 0, 0.5, 1));

        Assert.Equal($"pipelines.x.learner.lags is '{text}'; expected a number from 0.5 to 1.", refusal.Message);
    }

    [Fact]
    public void Given_a_choice_When_it_is_read_Then_it_is_one_of_them_or_refused_with_all_of_them()
    {
        Assert.Equal("adam", OptionSet.Defaults.Choice("lags", "adam", "sgd", "lion"));
        Assert.Equal("lion", Set("lion").Choice("lags", "adam", "sgd", "lion"));
        Assert.Equal(
            "pipelines.x.learner.lags is 'Lion'; expected one of sgd, lion.",
            Assert.Throws<OptionException>(() => Set("Lion").Choice("lags", "adam", "sgd", "lion")).Message);
    }

    [Fact]
    public void Given_a_file_of_weights_that_nobody_has_opened_When_it_is_read_Then_it_is_refused_and_an_empty_name_is_none()
    {
        Assert.Null(OptionSet.Defaults.Weights("lags"));
        Assert.Null(Set("").Weights("lags"));
        Assert.Equal("pipelines.x.learner.lags", Assert.Throws<OptionException>(() => Set("model.safetensors").Weights("lags")).Path);
    }

    private static OptionSet Set(string lags) => new("pipelines.x.learner", new Dictionary<string, string> { ["lags"] = lags });
}
