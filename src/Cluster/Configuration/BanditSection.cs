using System.Globalization;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Bandits.OffPolicy;
using StreamLearn.Streams.Codecs.Bandits;

namespace StreamLearn.Cluster.Configuration;

/// <summary>Reads what a pipeline of the task <c>bandit</c> has of its own.</summary>
internal static class BanditSection
{
    private const string Off = "off";

    // Of a record in a message: its key, its id and what else there is besides the context's features and names.
    private const int BesideContext = 8 * 1024;

    internal static TaskParts Read(ConfigNode root, ConfigNode pipeline, string name, LearnerOptions learners, ReplicaOptions? replicas)
    {
        var task = pipeline.Child("task");
        var contexts = pipeline.Child("sources").Child("contexts");
        var rewards = pipeline.Child("sources").Child("rewards");
        var schema = Contexts(contexts, Task(task));
        var plan = new BanditPlan(
            schema.Task, learners.Learners, learners.Seed, learners.MaxKeys, OffPolicy(task.Child("off-policy")), learners.Safety, replicas,
            pipeline.PathOf("replicas"));
        var sources = new List<PipelineSource> { new("contexts", PipelineSection.SourceTopic(contexts, name), schema) };
        if (PipelineSection.Topic(rewards, "topic", name) is { Length: > 0 } topic)
        {
            if (topic == sources[0].Topic)
            {
                throw rewards.Fail("topic", $"'{topic}'", "another topic than that of the contexts, or off: contexts bring their feedback themselves");
            }

            sources.Add(new PipelineSource("rewards", topic, Rewards(rewards, schema.Task)));
        }

        return new TaskParts(sources, plan, PipelineSection.Topic(pipeline.Child("sinks"), "decisions", name));
    }

    /// <summary>A context goes to its learner in one message.</summary>
    /// <exception cref="ConfigurationException">It may be larger than a message.</exception>
    internal static void CheckMessages(ConfigNode pipeline, ChunkLimits limits)
    {
        var contexts = pipeline.Child("sources").Child("contexts");
        var most = limits.MessageBytes - BesideContext;
        if (contexts.Whole("max-bytes", 1, int.MaxValue) is var bytes && bytes > most)
        {
            throw contexts.Fail(
                "max-bytes", $"'{bytes}'", $"at most {most} with streamlearn.node.frame-size = {limits.FrameBytes}, or a larger one, on all nodes: a context goes to its learner in one message");
        }
    }

    private static BanditTask Task(ConfigNode task) => new()
    {
        Actions = task.Texts("actions"),
        Feedback = task.Choice("feedback", "reward", "cost") == "cost" ? FeedbackKind.Cost : FeedbackKind.Reward,
        FeedbackMin = task.Number("min", double.MinValue, double.MaxValue),
        FeedbackMax = task.Number("max", double.MinValue, double.MaxValue),
        Join = JoinSection.Read(task, "reward-ttl") with { Missing = Missing(task) },
    };

    private static double Missing(ConfigNode task)
    {
        var text = task.Text("missing");
        return text == "drop" ? double.NaN
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
            : throw task.Fail("missing", $"'{text}'", "drop, or a number: what missing feedback counts as");
    }

    private static OffPolicyOptions OffPolicy(ConfigNode block) => new()
    {
        Confidence = block.Number("confidence", 0.001, 0.999999),
        WeightCap = block.Text("weight-cap") == Off ? double.PositiveInfinity : block.Number("weight-cap", 1, double.MaxValue),
        Fading = block.Number("fading", 0.5, 1),
    };

    private static BanditSchema Contexts(ConfigNode source, BanditTask task)
    {
        var schema = new BanditSchema
        {
            Task = task,
            Format = source.Choice("format", "json", "vw", "dsjson"),
            // The other formats have no field for it.
            Key = source.Text("format") == "json" ? source.Text("key") : "",
            Id = PipelineSection.FieldOf(source, "id"),
            Time = source.Text("time"),
            TimeUnit = PipelineSection.TimeUnitOf(source),
            MaxJumpMilliseconds = (long)source.Duration("max-jump", TimeSpan.Zero).TotalMilliseconds,
            Features = source.Texts("features"),
            ActionFeatures = source.Texts("action-features"),
            Actions = PipelineSection.FieldOf(source, "actions"),
            ActionId = PipelineSection.FieldOf(source, "action-id"),
            Allowed = PipelineSection.FieldOf(source, "allowed"),
            Action = PipelineSection.FieldOf(source, "action"),
            Probability = PipelineSection.FieldOf(source, "probability"),
            Reward = PipelineSection.FieldOf(source, "reward"),
            Cost = PipelineSection.FieldOf(source, "cost"),
            HashBits = (int)source.Whole("hash-bits", 1, BanditSchema.MostHashBits),
            MostBytes = (int)source.Whole("max-bytes", 1, int.MaxValue),
            ActionHashBits = source.Text("action-hash-bits") == "auto" ? null : (int)source.Whole("action-hash-bits", 0, BanditSchema.MostHashBits),
        };
        schema = schema with { Task = schema.Fit(task).Validate($"{source.Path[..source.Path.IndexOf(".sources", StringComparison.Ordinal)]}.task") };
        try
        {
            schema.CreateDecoder();
        }
        catch (ArgumentException exception)
        {
            throw ConfigurationException.At(source.FileOf("format"), source.Path, "a block that contradicts itself", exception.Message.TrimEnd('.'));
        }

        return schema;
    }

    private static RewardSchema Rewards(ConfigNode source, BanditTask task) => new()
    {
        Task = task,
        Key = source.Text("key"),
        Id = PipelineSection.FieldOf(source, "id"),
        Time = source.Text("time"),
        TimeUnit = PipelineSection.TimeUnitOf(source),
        MaxJumpMilliseconds = (long)source.Duration("max-jump", TimeSpan.Zero).TotalMilliseconds,
        Reward = PipelineSection.FieldOf(source, "reward"),
        Cost = PipelineSection.FieldOf(source, "cost"),
    };
}
