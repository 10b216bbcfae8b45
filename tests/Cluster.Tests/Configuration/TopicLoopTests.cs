namespace StreamLearn.Cluster.Tests.Configuration;

public class TopicLoopTests
{
    [Theory]
    [InlineData("a { sinks { predictions = a } }", "pipelines.a.sinks.predictions is 'a', which is a source of a pipeline too")]
    [InlineData("a { sinks { dead-letters = a } }", "pipelines.a.sinks.dead-letters is 'a', which is a source of a pipeline too")]
    [InlineData("a { sinks { predictions = b } }\n b {}", "pipelines.a.sinks.predictions is 'b', which is a source of a pipeline too")]
    [InlineData("a { drift { detectors = [adwin] }, sinks { drift = a } }", "pipelines.a.sinks.drift is 'a', which is a source of a pipeline too")]
    [InlineData("a { alerts { capacity = 5 }, sinks { alerts = b } }\n b {}", "pipelines.a.sinks.alerts is 'b', which is a source of a pipeline too")]
    [InlineData("a { sinks { predictions = x, dead-letters = x } }", "pipelines.a.sinks.dead-letters is 'x', which is streamlearn.pipelines.a.sinks.predictions too")]
    [InlineData("a { sinks { predictions = x } }\n b { sinks { dead-letters = x } }", "pipelines.b.sinks.dead-letters is 'x'")]
    public void Given_an_output_that_somebody_reads_or_writes_too_When_it_is_loaded_Then_it_is_refused(string pipelines, string expected) =>
        Assert.Contains(expected, ConfigurationFile.Refusal($"streamlearn {{ pipelines {{\n {pipelines}\n }} }}"), StringComparison.Ordinal);

    [Fact]
    public void Given_two_pipelines_on_one_source_When_they_are_loaded_Then_each_writes_its_own_topics()
    {
        var pipelines = ConfigurationFile.Load("streamlearn { pipelines {\n a { source { topic = t } }\n b { source { topic = t } }\n } }").Pipelines;

        Assert.Equal(["a.predictions", "b.predictions"], pipelines.Select(pipeline => pipeline.PredictionsTopic));
    }

    /// <summary>Regression: Akka's parser takes no comma behind a block, and said so without a line.</summary>
    [Fact]
    public void Given_a_comma_behind_a_block_When_it_is_loaded_Then_it_separates()
    {
        var pipeline = Assert.Single(ConfigurationFile.Load(
            "streamlearn { pipelines { a { source { topic = t }, sinks { predictions = p } , rivals = [last-value, {kind = seasonal-last-value, period = 7}, last-value] } } }").Pipelines);

        Assert.Equal(("t", "p"), (pipeline.Topic, pipeline.PredictionsTopic));
        Assert.Equal(
            ["recursive-least-squares", "last-value", "seasonal-last-value"],
            pipeline.Plan.Learners.Select(learner => learner.Registration.Kind));
    }

    [Theory]
    [InlineData("0.5ms")]
    [InlineData("1.0001s")]
    public void Given_a_step_that_is_no_whole_milliseconds_When_it_is_loaded_Then_it_is_refused(string step) =>
        Assert.Contains(
            "whole milliseconds", ConfigurationFile.Refusal($"streamlearn {{ pipelines {{ a {{ task {{ step = {step} }} }} }} }}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("enable.auto.commit")]
    [InlineData("group.id")]
    [InlineData("auto.offset.reset")]
    public void Given_a_client_setting_that_sources_rely_on_When_it_is_loaded_Then_it_is_refused(string setting) =>
        Assert.Contains(
            "a setting that StreamLearn makes itself",
            ConfigurationFile.Refusal($"streamlearn {{ kafka {{ consumer {{ \"{setting}\" = x }} }} }}"), StringComparison.Ordinal);
}
