using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Joining;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Codecs.Bandits;

namespace StreamLearn.Cluster.Tests.Configuration;

public class BanditSectionTests
{
    [Fact]
    public void Given_a_bandit_pipeline_When_it_is_read_Then_every_setting_is_where_it_belongs()
    {
        var pipeline = Load("""
            source { start = latest, lost-records = skip }
            sources {
              contexts {
                topic = ctx, key = shop, id = request, time = at, time-unit = s, max-jump = 5m, features = [age, hour], action-features = [price],
                actions = offers, action-id = sku, allowed = permitted, action = chosen, probability = p, reward = gain, cost = loss, max-bytes = 5000
              }
              rewards { topic = clicks, key = shop, id = request, time = at, time-unit = ms, max-jump = 7m, reward = gain, cost = loss }
            }
            task {
              kind = bandit, feedback = cost, min = -1, max = 3, reward-ttl = 10m, max-pending = 17, missing = 2.5, duplicates = dead-letter, late = dead-letter,
              early = drop, off-policy { confidence = 0.9, weight-cap = 10, fading = 0.99 }
            }
            learner { kind = uniform }
            rivals = [neu-square-cb]
            sinks { decisions = d, dead-letters = off, delivery = exactly-once }
            buckets = 3
            max-keys = 50
            """);

        var plan = Assert.IsType<BanditPlan>(pipeline.Plan);
        var task = plan.Task;
        Assert.Equal((FeedbackKind.Cost, -1, 3, 2, 1), (task.Feedback, task.FeedbackMin, task.FeedbackMax, task.SharedFeatures, task.ActionFeatures));
        Assert.Empty(task.Actions);
        Assert.Equal(
            new JoinOptions
            {
                TimeToLiveMilliseconds = 600_000, MaxPending = 17, Missing = 2.5, Duplicates = JoinPolicy.DeadLetter, Late = JoinPolicy.DeadLetter,
                Early = JoinPolicy.Drop,
            },
            task.Join);
        Assert.Equal((0.9, 10, 0.99), (plan.OffPolicy.Confidence, plan.OffPolicy.WeightCap, plan.OffPolicy.Fading));
        Assert.Equal(["uniform", "neu-square-cb"], plan.Learners.Select(learner => learner.Registration.Kind));
        Assert.Equal(50, plan.MaxKeys);
        var contexts = Assert.IsType<BanditSchema>(pipeline.Sources[0].Schema);
        Assert.Equal(
            ("ctx", "json", "shop", "request", "at", TimeUnit.Seconds, 300_000),
            (pipeline.Sources[0].Topic, contexts.Format, contexts.Key, contexts.Id, contexts.Time, contexts.TimeUnit, contexts.MaxJumpMilliseconds));
        Assert.Equal(
            ("offers", "sku", "permitted", "chosen", "p", "gain", "loss", 5000),
            (contexts.Actions, contexts.ActionId, contexts.Allowed, contexts.Action, contexts.Probability, contexts.Reward, contexts.Cost, contexts.MostBytes));
        var rewards = Assert.IsType<RewardSchema>(pipeline.Sources[1].Schema);
        Assert.Equal(
            ("clicks", "shop", "request", "at", TimeUnit.Milliseconds, 420_000, "gain", "loss"),
            (pipeline.Sources[1].Topic, rewards.Key, rewards.Id, rewards.Time, rewards.TimeUnit, rewards.MaxJumpMilliseconds, rewards.Reward, rewards.Cost));
        Assert.Equal((Delivery.ExactlyOnce, "d", "", 3), (pipeline.Delivery, pipeline.PredictionsTopic, pipeline.DeadLettersTopic, pipeline.Buckets));
        Assert.Equal((StreamLearn.Streams.Kafka.StartOffset.Latest, StreamLearn.Streams.Kafka.LostRecords.Skip), (pipeline.Start, pipeline.LostRecords));
        Assert.True(pipeline.CopiesRecords);
    }

    [Fact]
    public void Given_a_setting_over_a_file_When_it_is_of_the_pipelines_task_Then_it_counts()
    {
        var pipeline = ConfigurationFile.Load(
            "streamlearn.pipelines.b.task { kind = bandit, actions = [x, y] }", ["pipelines.b.sources.rewards.topic=r", "pipelines.b.task.reward-ttl=5s"]).Pipelines.Single();

        Assert.Equal(("r", 5000), (pipeline.Sources[1].Topic, ((BanditPlan)pipeline.Plan).Task.Join.TimeToLiveMilliseconds));
    }

    [Fact]
    public void Given_contexts_that_no_message_between_nodes_holds_When_they_are_read_Then_both_settings_are_named()
    {
        Assert.Equal(
            "test.conf: streamlearn.pipelines.b.sources.contexts.max-bytes is '300000'; expected at most 188416 with streamlearn.node.frame-size = 262144, or a larger one, "
            + "on all nodes: a context goes to its learner in one message.",
            ConfigurationFile.Refusal(Pipeline(300_000), "node.frame-size=262144"));
        ConfigurationFile.Load(Pipeline(188_416), "node.frame-size=262144");
        ConfigurationFile.Load(Pipeline(300_000));

        static string Pipeline(int bytes) =>
            $"streamlearn.pipelines.b {{ task {{ kind = bandit, actions = [x, y] }}, sources {{ contexts {{ features = [age], max-bytes = {bytes} }} }} }}";
    }

    [Theory]
    [InlineData("vw")]
    [InlineData("dsjson")]
    public void Given_a_format_of_vowpal_wabbit_When_it_is_read_Then_keys_are_message_keys_and_features_are_hashed(string format)
    {
        var pipeline = Load($"sources {{ contexts {{ format = {format}, hash-bits = 6, action-hash-bits = 4 }}, rewards {{ topic = off }} }}\ntask {{ kind = bandit, feedback = cost }}");

        var source = Assert.Single(pipeline.Sources);
        Assert.Equal((format, ""), (source.Schema.Format, source.Schema.Key));
        Assert.Equal((64, 16), (((BanditPlan)pipeline.Plan).Task.SharedFeatures, ((BanditPlan)pipeline.Plan).Task.ActionFeatures));
        Assert.False(pipeline.CopiesRecords);
    }

    [Theory]
    [InlineData("task { kind = bandit }", "task.actions", "features of each action")]
    [InlineData("task { kind = bandit, actions = [x, x] }", "task.actions", "each once")]
    [InlineData("task { kind = bandit, actions = [x], min = 2, max = 1 }", "task.min", "the least that feedback can be")]
    [InlineData("task { kind = bandit, actions = [x], reward-ttl = 0s }", "task.reward-ttl", "a duration")]
    [InlineData("task { kind = bandit, actions = [x], missing = 2 }", "task.missing", "within its range")]
    [InlineData("task { kind = bandit, actions = [x], missing = never }", "task.missing", "a number")]
    [InlineData("task { kind = bandit, actions = [x], late = hold }", "task.late", "one of drop, dead-letter")]
    [InlineData("task { kind = bandit, actions = [x], horizons = [1] }", "task.horizons", "no known setting")]
    [InlineData("task { kind = bandit, actions = [x] }, drift { detectors = [adwin] }", "b.drift", "no known setting")]
    [InlineData("task { kind = bandit, actions = [x] }, rivals = [last-value]", "rivals", "a learner of the task bandit")]
    [InlineData("task { kind = bandit, actions = [x] }, sources { contexts { features = [action] } }", "sources.contexts", "action")]
    [InlineData("task { kind = bandits }", "task.kind", "one of forecast, bandit")]
    [InlineData("task { actions = [x] }", "task.actions", "no known setting")]
    [InlineData("task { kind = bandit, actions = [x] }, sources { rewards { topic = b.contexts } }", "sources.rewards.topic", "another topic")]
    public void Given_a_setting_that_cannot_be_used_When_it_is_read_Then_it_is_refused_with_its_path(string pipeline, string path, string expected)
    {
        var refusal = Assert.Throws<ConfigurationException>(() => Load(pipeline));

        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    private static PipelineDefinition Load(string block) => ConfigurationFile.Load($"streamlearn {{ pipelines {{ b {{ {block} }} }} }}").Pipelines.Single();
}
