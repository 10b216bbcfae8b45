namespace StreamLearn.Cluster.Tests.Configuration;

public class UnknownSettingTests
{
    [Theory]
    [InlineData("stream-learn { seed = 1 }", "stream-learn", "akka, streamlearn")]
    [InlineData("streamlearn { sed = 1 }", "streamlearn.sed", "kafka, language-defaults, learners, metrics, node, pipeline-defaults, pipelines, regress-defaults, seed")]
    [InlineData("streamlearn { Seed = 1 }", "streamlearn.Seed", "seed")]
    [InlineData("streamlearn { node { split-brain { strat = 1 } } }", "streamlearn.node.split-brain.strat", "acceptable-pause, quorum, stable-after, strategy")]
    [InlineData("streamlearn { node { http { token = secret } } }", "streamlearn.node.http.token", "enabled, host, limits, port, token-env")]
    [InlineData("streamlearn { kafka { brokers = a } }", "streamlearn.kafka.brokers", "bootstrap-servers")]
    [InlineData("streamlearn { metrics { influx { enabled = on } } }", "streamlearn.metrics.influx", "influxdb")]
    [InlineData("streamlearn { metrics { influxdb { spool { size = 1 } } } }", "streamlearn.metrics.influxdb.spool.size", "max-bytes, path")]
    [InlineData("streamlearn { learners { liquidd { } } }", "streamlearn.learners.liquidd", "byte-ngram, epsilon-greedy, gpt, gru, hybrid, incremental, last-label, last-target, last-value, lin-ucb, linear-fast-cb, linear-regression, linear-square-cb, liquid, logistic, majority, mlp-classifier, mlp-regressor, multilayer-perceptron, naive-bayes, neu-fast-cb, neu-square-cb, neural-ts, neural-ucb, recursive-least-squares, regcb, running-mean, seasonal-last-value, uniform, unigram")]
    [InlineData("streamlearn { learners { last-value { lags = 1 } } }", "streamlearn.learners.last-value.lags", "")]
    [InlineData("streamlearn { learners { recursive-least-squares { lag = 1 } } }", "streamlearn.learners.recursive-least-squares.lag", "lags")]
    [InlineData("streamlearn { pipeline-defaults { bucket = 1 } }", "streamlearn.pipeline-defaults.bucket", "buckets")]
    [InlineData("streamlearn { pipelines { p { bucket = 1 } } }", "streamlearn.pipelines.p.bucket", "alerts, buckets, chunks, drift, learner, max-keys, replicas, rivals, safety, sinks, source, task")]
    [InlineData("streamlearn { pipelines { p { source { topics = a } } } }", "streamlearn.pipelines.p.source.topics", "topic")]
    [InlineData("streamlearn { pipelines { p { task { horizon = 1 } } } }", "streamlearn.pipelines.p.task.horizon", "horizons")]
    [InlineData("streamlearn { pipelines { p { task { scoring { fade = 1 } } } } }", "streamlearn.pipelines.p.task.scoring.fade", "fading, from, scale-until, window")]
    [InlineData("streamlearn { pipelines { p { chunks { record = 1 } } } }", "streamlearn.pipelines.p.chunks.record", "records")]
    [InlineData("streamlearn { pipelines { p { sinks { prediction = x } } } }", "streamlearn.pipelines.p.sinks.prediction", "predictions")]
    [InlineData("streamlearn { pipelines { p { learner { lag = 1 } } } }", "streamlearn.pipelines.p.learner.lag", "kind")]
    [InlineData("streamlearn { pipelines { p { learner { kind = last-value, lags = 1 } } } }", "streamlearn.pipelines.p.learner.lags", "kind")]
    [InlineData("streamlearn { pipelines { p { rivals = [{ kind = seasonal-last-value, lags = 1 }] } } }", "streamlearn.pipelines.p.rivals.lags", "kind, period")]
    public void Given_a_key_that_the_reference_does_not_know_When_it_is_loaded_Then_the_message_names_its_path_and_what_is_known(
        string text, string path, string known)
    {
        var message = ConfigurationFile.Refusal(text);

        Assert.StartsWith($"test.conf: {path} is no known setting; expected one of ", message, StringComparison.Ordinal);
        Assert.Contains(known, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pipelines { p { learner { kind = liquidd } } }", "streamlearn.pipelines.p.learner.kind is 'liquidd'")]
    [InlineData("pipelines { p { rivals = [liquidd] } }", "streamlearn.pipelines.p.rivals is 'liquidd'")]
    [InlineData("pipelines { p { rivals = [last-value, { kind = liquidd }] } }", "streamlearn.pipelines.p.rivals.kind is 'liquidd'")]
    [InlineData("pipeline-defaults { learner { kind = liquidd } }", "streamlearn.pipeline-defaults.learner.kind is 'liquidd'")]
    public void Given_a_learner_that_does_not_exist_When_it_is_loaded_Then_the_message_names_those_that_do(string text, string problem)
    {
        var message = ConfigurationFile.Refusal($"streamlearn {{ {text} }}");

        Assert.StartsWith($"test.conf: {problem}; expected ", message, StringComparison.Ordinal);
        Assert.Contains("last-value, ", message, StringComparison.Ordinal);
        Assert.Contains("recursive-least-squares", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_setting_of_another_learner_than_the_default_one_When_no_kind_is_said_Then_it_is_refused()
    {
        var message = ConfigurationFile.Refusal("streamlearn { pipelines { p { learner { period = 5 } } } }");

        Assert.Equal(
            "test.conf: streamlearn.pipelines.p.learner.period is no setting of recursive-least-squares; "
            + "expected one of forgetting, initial-covariance, kind, lags, max-covariance.",
            message);
    }

    [Fact]
    public void Given_a_rival_without_a_kind_When_it_is_loaded_Then_it_is_refused() =>
        Assert.StartsWith(
            "test.conf: streamlearn.pipelines.p.rivals.kind is missing; expected a value",
            ConfigurationFile.Refusal("streamlearn { pipelines { p { rivals = [{ period = 5 }] } } }"),
            StringComparison.Ordinal);
}
