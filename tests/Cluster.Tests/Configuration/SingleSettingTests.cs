using StreamLearn.Cluster.Configuration;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Cluster.Tests.Configuration;

/// <summary>What <c>--set path=value</c> does.</summary>
public class SingleSettingTests
{
    [Theory]
    [InlineData("seed=7")]
    [InlineData("streamlearn.seed=7")]
    [InlineData(" seed = 7 ")]
    [InlineData("seed=\"7\"")]
    public void Given_a_setting_with_or_without_the_root_When_it_is_loaded_Then_it_counts_more_than_the_file(string setting) =>
        Assert.Equal(7ul, ConfigurationFile.Load("streamlearn.seed = 5", setting).Seed);

    [Fact]
    public void Given_a_setting_twice_When_it_is_loaded_Then_the_last_counts() =>
        Assert.Equal(8ul, StreamLearnConfig.Load(null, ["seed=7", "seed=8"]).Seed);

    [Theory]
    [InlineData("broker:9092")]
    [InlineData("a:9092,b:9092")]
    [InlineData("[::1]:9092", "\"[::1]:9092\"")]
    [InlineData("x # y // z { \" \\ $ ${a} = `")]
    public void Given_text_that_hocon_wants_quotes_around_When_it_is_set_Then_it_is_taken_as_it_is(string servers, string? written = null) =>
        Assert.Equal(servers, StreamLearnConfig.Load(null, [$"kafka.bootstrap-servers={written ?? servers}"]).Kafka.BootstrapServers);

    [Fact]
    public void Given_a_list_or_a_block_When_it_is_set_Then_it_is_one()
    {
        var config = StreamLearnConfig.Load(
            null, ["pipelines.p.task={ horizons = [2, 4], step = 1m }", "pipelines.p.rivals=[last-value, { kind = seasonal-last-value, period = 9 }]"]);

        Assert.Equal([2, 4], ((ForecastPlan)config.Pipelines[0].Plan).Task.Horizons);
        Assert.Equal(60_000, ((ForecastPlan)config.Pipelines[0].Plan).Task.StepMilliseconds);
        Assert.Equal(3, config.Pipelines[0].Plan.Learners.Count);
    }

    [Fact]
    public void Given_one_setting_of_a_block_When_it_is_set_Then_the_rest_of_the_file_stays()
    {
        var config = ConfigurationFile.Load(
            "streamlearn.pipelines.p { source { topic = t, key = k }, task.step = 5m }".Replace(" }, task", " }\n task", StringComparison.Ordinal),
            "pipelines.p.source.key=link", "pipelines.q.source.topic=u");

        Assert.Equal(("t", "link"), (config.Pipelines.Single(pipeline => pipeline.Name == "p").Topic, config.Pipelines.Single(p => p.Name == "p").Schema.Key));
        Assert.Equal("u", config.Pipelines.Single(pipeline => pipeline.Name == "q").Topic);
    }

    [Fact]
    public void Given_pipelines_of_a_program_When_file_and_settings_say_otherwise_Then_these_count_more()
    {
        var config = StreamLearnConfig.Load(null, ["pipelines.p.buckets=9"], "streamlearn.pipelines.p { buckets = 2, max-keys = 5 }");

        Assert.Equal((9, 5), (config.Pipelines[0].Buckets, config.Pipelines[0].Plan.MaxKeys));
    }

    [Fact]
    public void Given_a_setting_of_akka_When_it_is_loaded_Then_it_is_passed_on() =>
        Assert.Equal("DEBUG", StreamLearnConfig.Load(null, ["akka.loglevel=DEBUG"]).Akka.GetString("akka.loglevel"));

    [Theory]
    [InlineData("seed", "--set seed has no path or no value; expected path=value.")]
    [InlineData("=7", "--set =7 has no path or no value; expected path=value.")]
    [InlineData("seed=", "--set seed: line 1 has a setting without a value")]
    [InlineData("sed=7", "--set sed: streamlearn.sed is no known setting; expected one of ")]
    [InlineData("streamlearn.sed=7", "--set streamlearn.sed: streamlearn.sed is no known setting; expected one of ")]
    [InlineData("task={ a = 1", "--set task: line 1 has a '{' that is never closed")]
    [InlineData("seed=x", "--set seed: streamlearn.seed is 'x'; expected a whole number")]
    public void Given_a_setting_in_a_wrong_form_When_it_is_loaded_Then_the_message_names_it(string setting, string problem)
    {
        var message = Assert.Throws<ConfigurationException>(() => StreamLearnConfig.Load(null, [setting])).Message;

        Assert.StartsWith(problem, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_file_that_is_not_there_When_it_is_loaded_Then_the_message_names_it()
    {
        var message = Assert.Throws<ConfigurationException>(() => StreamLearnConfig.Load("/nowhere/at-all.conf", [])).Message;

        Assert.StartsWith("/nowhere/at-all.conf cannot be read; expected a HOCON file", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_folder_as_file_When_it_is_loaded_Then_the_message_names_it()
    {
        var message = Assert.Throws<ConfigurationException>(() => StreamLearnConfig.Load(Path.GetTempPath(), [])).Message;

        Assert.StartsWith($"{Path.GetTempPath()} cannot be read", message, StringComparison.Ordinal);
    }
}
