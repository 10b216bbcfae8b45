using StreamLearn.Cluster.Configuration;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Safetensors;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cluster.Tests.Configuration;

public class PipelineSectionTests
{
    [Fact]
    public void Given_an_empty_pipeline_When_it_is_loaded_Then_topics_are_named_for_it()
    {
        var pipeline = Assert.Single(ConfigurationFile.Load("streamlearn { pipelines { link-load {} } }").Pipelines);

        Assert.Equal("link-load", pipeline.Name);
        Assert.Equal("link-load", pipeline.Topic);
        Assert.Equal("link-load.predictions", pipeline.PredictionsTopic);
        Assert.Equal("link-load.dead-letter", pipeline.DeadLettersTopic);
    }

    [Fact]
    public void Given_defaults_of_all_pipelines_When_one_says_otherwise_Then_only_that_one_differs()
    {
        var pipelines = ConfigurationFile.Load(
            """
            streamlearn {
              pipeline-defaults {
                source { topic = "raw.<pipeline>", time-unit = ms }
                sinks { predictions = "<pipeline>_<pipeline>", dead-letters = off }
                buckets = 2
              }
              pipelines {
                a {}
                b {
                  source { topic = t }
                  buckets = 3
                }
              }
            }
            """).Pipelines;

        Assert.Equal(["a", "b"], pipelines.Select(pipeline => pipeline.Name));
        Assert.Equal(["raw.a", "t"], pipelines.Select(pipeline => pipeline.Topic));
        Assert.Equal(["a_a", "b_b"], pipelines.Select(pipeline => pipeline.PredictionsTopic));
        Assert.Equal(["", ""], pipelines.Select(pipeline => pipeline.DeadLettersTopic));
        Assert.Equal([2, 3], pipelines.Select(pipeline => pipeline.Buckets));
        Assert.All(pipelines, pipeline => Assert.Equal(TimeUnit.Milliseconds, pipeline.Schema.TimeUnit));
    }

    [Fact]
    public void Given_every_setting_of_a_source_When_it_is_loaded_Then_the_schema_has_it()
    {
        var pipeline = Assert.Single(ConfigurationFile.Load(
            """
            streamlearn.pipelines.p {
              source {
                topic = t, format = csv, key = k, time = "", value = "v,1", features = [x, y], time-unit = us
                columns = [k, "v,1", x, y], separator = tab, start = latest, co-partitioned = on, lost-records = skip
              }
            }
            """).Pipelines);

        Assert.Equal(("csv", "k", "", "v,1", '\t', TimeUnit.Microseconds), (
            pipeline.Schema.Format, pipeline.Schema.Key, pipeline.Schema.Time, ((RecordSchema)pipeline.Schema).Value, ((RecordSchema)pipeline.Schema).Separator, pipeline.Schema.TimeUnit));
        Assert.Equal(["x", "y"], ((RecordSchema)pipeline.Schema).Features);
        Assert.Equal(["k", "v,1", "x", "y"], ((RecordSchema)pipeline.Schema).Columns);
        Assert.Equal((StartOffset.Latest, true, LostRecords.Skip), (pipeline.Start, pipeline.CoPartitioned, pipeline.LostRecords));
        Assert.Equal(2, ((ForecastPlan)pipeline.Plan).Task.Features);
    }

    [Fact]
    public void Given_a_counter_and_a_policy_When_they_are_loaded_Then_schema_and_task_have_them()
    {
        var pipeline = Assert.Single(ConfigurationFile.Load(
            """
            streamlearn.pipelines.p {
              source { value-kind = counter32, value-scale = 8e-6, max-rate = 10000 }
              task { out-of-order = drop }
            }
            """).Pipelines);

        Assert.Equal(ValueKind.Counter32, ((RecordSchema)pipeline.Schema).ValueKind);
        Assert.Equal(new CounterOptions(ValueKind.Counter32) { Scale = 8e-6, MaxRate = 10_000 }, ((ForecastPlan)pipeline.Plan).Task.Counter);
        Assert.Equal(OutOfOrder.Drop, ((ForecastPlan)pipeline.Plan).Task.OutOfOrder);
    }

    [Fact]
    public void Given_detectors_by_name_and_with_settings_When_they_are_loaded_Then_defaults_of_all_count_less_than_their_own()
    {
        var pipeline = Assert.Single(ConfigurationFile.Load(
            """
            streamlearn {
              drift-detectors { adwin { clock = 16, delta = 0.01 } }
              pipelines { p { drift {
                detectors = [adwin, { kind = adwin, on = input, reaction = none, clock = 8, cool-down = 288 }, { kind = ddm }]
              } } }
            }
            """).Pipelines);

        var drift = ((ForecastPlan)pipeline.Plan).Drift;
        Assert.Equal(["adwin", "adwin", "ddm"], drift.Select(choice => choice.Registration.Kind));
        Assert.Equal([DriftSignal.Error, DriftSignal.Input, DriftSignal.Error], drift.Select(choice => choice.On));
        Assert.All(drift, choice => Assert.Equal(DriftReaction.None, choice.Reaction));
        Assert.Equal([16, 8], drift.Take(2).Select(choice => choice.Options.Whole("clock", 0, 0, 1000)));
        Assert.Equal([0.01, 0.01], drift.Take(2).Select(choice => choice.Options.Number("delta", 0, 0, 1)));
        Assert.Equal([200, 288, 200], drift.Select(choice => choice.Options.Whole("cool-down", 0, 0, 1000)));
        Assert.Equal(("p.drift", ""), (pipeline.DriftTopic, pipeline.AlertsTopic));
    }

    [Theory]
    [InlineData("within = 3", 3)]
    [InlineData("within = 15m", 3)]
    [InlineData("within = 17m", 3)]
    [InlineData("within = 1d", 288)]
    [InlineData("within = all", 0)]
    [InlineData("", 0)]
    public void Given_alerts_with_capacities_of_keys_When_they_are_loaded_Then_the_plan_has_them(string within, int steps)
    {
        var pipeline = Assert.Single(ConfigurationFile.Load(
            $$"""
            streamlearn.pipelines.p {
              task { step = 5m }
              alerts {
                above = 0.9, capacity = 10000, probability = 0.2
                capacities { "ATLAng>HSTNng" = 2500, plain = 1, "a.b c" = 0 }
                {{within}}
              }
              sinks { alerts = warnings }
            }
            """).Pipelines);

        var alerts = ((ForecastPlan)pipeline.Plan).Alerts;
        Assert.Equal((0.9, 10_000, 0.2, steps), (alerts.Above, alerts.Capacity, alerts.Probability, alerts.Within));
        Assert.Equal(["a.b c: 0", "ATLAng>HSTNng: 2500", "plain: 1"],
            alerts.Capacities.Select(pair => $"{pair.Key}: {pair.Value}").Order(StringComparer.OrdinalIgnoreCase));
        Assert.Equal([2250, 9000, null],
            new double?[] { alerts.ThresholdOf("ATLAng>HSTNng"), alerts.ThresholdOf("other"), alerts.ThresholdOf("a.b c") });
        Assert.Equal(("warnings", ""), (pipeline.AlertsTopic, pipeline.DriftTopic));
    }

    [Fact]
    public void Given_settings_of_learners_for_all_When_a_pipeline_says_otherwise_Then_its_own_count_more()
    {
        var learners = Learners(
            """
            learners { recursive-least-squares { lags = 5, forgetting = 0.9 } }
            pipelines { p {
              learner { kind = recursive-least-squares, lags = 6 }
              rivals = [recursive-least-squares, { kind = recursive-least-squares, forgetting = 0.8 }]
            } }
            """);

        Assert.Equal([6, 5, 5], learners.Select(learner => learner.Options.Whole("lags", 0, 0, 1000)));
        Assert.Equal([0.9, 0.9, 0.8], learners.Select(learner => learner.Options.Number("forgetting", 0, 0, 1)));
        Assert.Equal([10, 10, 10], learners.Select(learner => learner.Options.Number("initial-covariance", 0, 0, 100)));
    }

    [Fact]
    public void Given_a_default_learner_with_settings_When_a_pipeline_has_another_one_Then_they_do_not_apply_to_it()
    {
        var learners = Learners(
            """
            pipeline-defaults { learner { kind = seasonal-last-value, period = 7 } }
            pipelines { p { learner { kind = recursive-least-squares } } }
            """);

        Assert.Equal("recursive-least-squares", learners[0].Registration.Kind);
        Assert.DoesNotContain("period", learners[0].Options.Names);
    }

    [Fact]
    public void Given_a_default_learner_with_settings_When_a_pipeline_changes_one_of_them_Then_the_others_stay()
    {
        var learners = Learners(
            """
            pipeline-defaults { learner { lags = 3, forgetting = 0.9 } }
            pipelines { p { learner { lags = 4 } } }
            """,
            "pipelines.p.learner.max-covariance=50");

        Assert.Equal(4, learners[0].Options.Whole("lags", 0, 0, 1000));
        Assert.Equal(0.9, learners[0].Options.Number("forgetting", 0, 0, 1));
        Assert.Equal(50, learners[0].Options.Number("max-covariance", 0, 0, 1000));
    }

    [Fact]
    public void Given_no_rivals_When_a_pipeline_is_loaded_Then_it_has_its_own_learner_only() =>
        Assert.Equal(["recursive-least-squares"], Learners("pipelines { p { rivals = [] } }").Select(learner => learner.Registration.Kind));

    [Fact]
    public void Given_settings_of_akka_with_quotes_and_lists_When_they_are_loaded_Then_they_stay_as_they_are()
    {
        var akka = ConfigurationFile.Load(
            """
            akka {
              loglevel = DEBUG
              actor.deployment { "/a/b.c" { router = pool } }
              list = ["x,y", { z = "1:2" }, w]
              text = "a { b # c"
            }
            streamlearn { kafka { bootstrap-servers = "a:1,b:2" } }
            """,
            "akka.loglevel=INFO").Akka;

        Assert.Equal("INFO", akka.GetString("akka.loglevel"));
        Assert.Equal("pool", akka.GetConfig("akka.actor.deployment").GetString("\"/a/b.c\".router"));
        Assert.Equal("a { b # c", akka.GetString("akka.text"));
        Assert.Equal(3, akka.GetValue("akka.list").GetArray().Count);
    }

    private static IReadOnlyList<StreamLearn.Learners.LearnerChoice> Learners(string text, params string[] settings) =>
        ConfigurationFile.Load($"streamlearn {{ {text} }}", settings).Pipelines.Single().Plan.Learners;

    [Fact]
    public void Given_a_learner_with_weights_to_start_from_When_it_is_loaded_Then_the_file_is_opened_and_must_fit()
    {
        var architecture = new MlpArchitecture(3, [4], 1);
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            using (var file = File.Create(path))
            {
                SafetensorsFile.Write(file, architecture.Layout, new float[architecture.Layout.Count]);
            }

            var plan = Assert.Single(ConfigurationFile.Load(Learner("lags = 3, hidden = 4", path)).Pipelines).Plan;
            Assert.Equal("multilayer-perceptron", Assert.Single(plan.Devices()).Kind);

            var misfit = Assert.Throws<ConfigurationException>(() => ConfigurationFile.Load(Learner("lags = 3, hidden = 5", path)));
            Assert.Contains("learner.warm-start", misfit.Message, StringComparison.Ordinal);
            Assert.Contains("layers.0.weight", misfit.Message, StringComparison.Ordinal);

            File.WriteAllText(path, "no weights");
            var damaged = Assert.Throws<ConfigurationException>(() => ConfigurationFile.Load(Learner("lags = 3, hidden = 4", path)));
            Assert.Contains($"learner.warm-start is '{path}'; expected a safetensors file.", damaged.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }

        var missing = Assert.Throws<ConfigurationException>(() => ConfigurationFile.Load(Learner("lags = 3, hidden = 4", path)));
        Assert.Contains($"learner.warm-start is '{path}'", missing.Message, StringComparison.Ordinal);

        static string Learner(string settings, string path) =>
            $$"""
            streamlearn.pipelines.p {
              task { horizons = [1] }
              learner { kind = multilayer-perceptron, {{settings}}, warm-start = "{{path}}" }
            }
            """;
    }
}
