using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Learners.Joining;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.Supervised;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Codecs.Supervised;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cluster.Tests.Configuration;

public class SupervisedSectionTests
{
    private const string TooLong =
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdefg";

    [Fact]
    public void Given_a_pipeline_of_classes_When_it_is_read_Then_every_setting_is_where_it_belongs()
    {
        var pipeline = Load("""
            source {
              topic = flows, format = csv, key = host, id = flow, time = at, time-unit = s, max-jump = 5m, features = [bytes, packets], label = app,
              columns = [host, flow, at, bytes, packets, app], separator = ";", start = latest, lost-records = skip
            }
            sources { labels { topic = apps, key = h, id = f, time = t, time-unit = ms, max-jump = 7m, label = a } }
            task {
              kind = classify, classes = [web, "1", 2.5], label-ttl = 10m, max-pending = 17, duplicates = dead-letter, late = dead-letter, early = drop
              scoring { from = 3, window = 40, fading = 0.9 }
            }
            learner { kind = logistic }
            rivals = [majority]
            sinks { predictions = p, dead-letters = off, delivery = exactly-once }
            buckets = 3
            max-keys = 50
            """);

        var plan = Assert.IsType<SupervisedPlan>(pipeline.Plan);
        Assert.Equal("classify", plan.TaskName);
        Assert.Equal(["web", "1", "2.5"], plan.Task.Classes);
        Assert.Equal((2, "bytes, packets"), (plan.Task.Features, plan.Task.FeatureNames));
        Assert.Equal(
            new JoinOptions
            {
                TimeToLiveMilliseconds = 600_000, MaxPending = 17, Duplicates = JoinPolicy.DeadLetter, Late = JoinPolicy.DeadLetter, Early = JoinPolicy.Drop,
            },
            plan.Task.Join);
        Assert.Equal(new ScoringOptions { From = 3, Window = 40, Fading = 0.9 }, plan.Task.Scoring);
        Assert.Equal(["logistic", "majority"], plan.Learners.Select(learner => learner.Registration.Kind));
        Assert.Equal(50, plan.MaxKeys);
        Assert.Equal([("features", "flows"), ("labels", "apps")], pipeline.Sources.Select(source => (source.Name, source.Topic)));
        var features = Assert.IsType<FeaturesSchema>(pipeline.Sources[0].Schema);
        Assert.Equal(
            ("csv", "host", "flow", "at", TimeUnit.Seconds, 300_000, "app", ';'),
            (features.Format, features.Key, features.Id, features.Time, features.TimeUnit, features.MaxJumpMilliseconds, features.Label, features.Separator));
        Assert.True(features.Task.LabelsComeApart);
        Assert.Equal(["bytes", "packets"], features.Features);
        Assert.Equal(["host", "flow", "at", "bytes", "packets", "app"], features.Columns);
        var labels = Assert.IsType<LabelsSchema>(pipeline.Sources[1].Schema);
        Assert.Equal(
            ("json", "h", "f", "t", TimeUnit.Milliseconds, 420_000, "a"),
            (labels.Format, labels.Key, labels.Id, labels.Time, labels.TimeUnit, labels.MaxJumpMilliseconds, labels.Label));
        Assert.Same(features.Task, labels.Task);
        Assert.Equal((Delivery.ExactlyOnce, "p", "", 3, StartOffset.Latest), (pipeline.Delivery, pipeline.PredictionsTopic, pipeline.DeadLettersTopic, pipeline.Buckets, pipeline.Start));
        Assert.True(pipeline.CopiesRecords);
    }

    [Fact]
    public void Given_a_pipeline_of_numbers_that_come_with_their_features_When_it_is_read_Then_it_has_one_source()
    {
        var pipeline = Load("source { features = [x], key = \"\" }\n task { kind = regress, scoring { scale-until = 70 } }");

        var plan = Assert.IsType<SupervisedPlan>(pipeline.Plan);
        Assert.Equal(("regress", 70), (plan.TaskName, plan.Task.Scoring.ScaleUntil));
        Assert.Equal(("", "s"), (Assert.Single(pipeline.Sources).Name, pipeline.Topic));
        Assert.False(plan.Task.LabelsComeApart);
        Assert.False(pipeline.CopiesRecords);
    }

    [Theory]
    [InlineData("source { features = [] }, task { kind = classify }", "source.features", "the names of 1 to 65536 fields")]
    [InlineData("source { features = [x, label] }, task { kind = classify }", "source", "Field 'label' has no name or two meanings")]
    [InlineData("source { features = [x], id = \"\" }, task { kind = classify }", "source.id", "the name of a field")]
    [InlineData("source { features = [x], format = vw }, task { kind = classify }", "source.format", "one of json, csv")]
    [InlineData("source { features = [x], format = csv, columns = [x] }, task { kind = classify }", "source", "Field 'key' is not among the columns")]
    [InlineData("source { features = [x], separator = \"::\" }, task { kind = regress }", "source.separator", "one character, or tab")]
    [InlineData("source { features = [x] }, sources { labels { topic = s } }, task { kind = classify }", "sources.labels.topic", "another topic than that of the features, or off")]
    [InlineData("source { features = [x] }, sources { labels { topic = l, label = \"\" } }, task { kind = classify }", "sources.labels.label", "the name of a field")]
    [InlineData("source { features = [x] }, sources { labels { topic = l, label = id } }, task { kind = classify }", "sources.labels", "no name or two meanings")]
    [InlineData("source { features = [x] }, task { kind = classify, classes = [a] }", "task.classes", "2 to 1024 labels")]
    [InlineData("source { features = [x] }, task { kind = classify, classes = [a, a] }", "task.classes", "each once")]
    [InlineData("source { features = [x] }, task { kind = classify, classes = [a, 1.0] }", "task.classes", "'1' instead of '1.0'")]
    [InlineData("source { features = [x] }, task { kind = classify, classes = [a, " + TooLong + "] }", "task.classes", "labels of 1 to 128 bytes")]
    [InlineData("source { features = [x] }, task { kind = classify, max-classes = 1 }", "task.max-classes", "from 2 to 1024")]
    [InlineData("source { features = [x] }, task { kind = classify, label-ttl = 0s }", "task.label-ttl", "a duration")]
    [InlineData("source { features = [x] }, task { kind = classify, max-pending = 0 }", "task.max-pending", "from 1 to 10000000")]
    [InlineData("source { features = [x] }, task { kind = classify, late = hold }", "task.late", "one of drop, dead-letter")]
    [InlineData("source { features = [x] }, task { kind = classify, scoring { scale-until = 1 } }", "task.scoring.scale-until", "no known setting")]
    [InlineData("source { features = [x] }, task { kind = regress, classes = [a, b] }", "task.classes", "no known setting")]
    [InlineData("source { features = [x] }, task { kind = regress, missing = 0 }", "task.missing", "no known setting")]
    [InlineData("source { features = [x], value = y }, task { kind = regress }", "source.value", "no known setting")]
    [InlineData("source { features = [x] }, task { kind = regress }, rivals = [logistic]", "rivals", "a learner of the task regress")]
    [InlineData("source { features = [x] }, task { kind = classify }, learner { kind = neu-fast-cb }", "learner", "a learner of the task classify")]
    [InlineData("source { features = [x] }, task { kind = classify }, replicas { enabled = on }", "replicas.enabled", "off: only a pipeline of the task bandit")]
    [InlineData("source { features = [x] }, task { kind = classified }", "task.kind", "one of forecast, bandit, classify, regress, language")]
    public void Given_a_pipeline_that_cannot_be_used_When_it_is_loaded_Then_the_message_names_the_file_the_path_and_what_was_expected(
        string settings, string path, string expected)
    {
        var message = ConfigurationFile.Refusal($"streamlearn.pipelines.s {{\n {settings}\n}}");

        Assert.StartsWith("test.conf: ", message, StringComparison.Ordinal);
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_more_features_than_a_message_between_nodes_holds_When_they_are_loaded_Then_both_settings_are_named()
    {
        var pipeline = $"streamlearn.pipelines.s {{ source {{ features = [{string.Join(", ", Enumerable.Range(0, 50_000).Select(feature => $"f{feature}"))}] }}\n"
            + "task { kind = classify }, learner { kind = majority }, rivals = [] }";

        Assert.Contains(
            "streamlearn.pipelines.s.source.features is a list of 50000; expected at most 47104 with streamlearn.node.frame-size = 262144",
            ConfigurationFile.Refusal(pipeline, "node.frame-size=262144"), StringComparison.Ordinal);
        ConfigurationFile.Load(pipeline);
    }

    private static PipelineDefinition Load(string pipeline) => StreamLearnConfig.Load(null, [], $"streamlearn.pipelines.s {{\n{pipeline}\n}}").Pipelines.Single();
}
