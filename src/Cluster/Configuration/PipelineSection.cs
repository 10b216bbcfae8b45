using Akka.Configuration.Hocon;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Networks.Safetensors;
using StreamLearn.Learners.Options;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cluster.Configuration;

/// <summary>Reads the block of one pipeline: what all have; the rest is its task's.</summary>
internal static class PipelineSection
{
    /// <summary>Block of the reference with the defaults of pipelines that name no task.</summary>
    internal const string CommonDefaults = "pipeline-defaults";

    private const string NamePlaceholder = "<pipeline>";

    /// <summary>What pipelines of other tasks than <c>forecast</c> take from its defaults.</summary>
    private static readonly string[] Common = ["safety", "buckets", "max-keys", "chunks", "replicas"];

    /// <summary>The task that a pipeline's block names; null where it names none.</summary>
    internal static string? TaskOf(HoconObject pipeline) =>
        pipeline.Items.TryGetValue("task", out var task) && task.IsObject() && task.GetObject().Items.TryGetValue("kind", out var kind)
            ? kind.GetString()
            : null;

    /// <summary>The defaults of pipelines of a task; for a task that there is not, those of <c>forecast</c>.</summary>
    /// <param name="reference">The block <c>streamlearn</c> of the reference.</param>
    /// <param name="task">The task.</param>
    internal static HoconObject DefaultsOf(HoconObject reference, string task)
    {
        var defaults = reference.GetKey(CommonDefaults).GetObject();
        if (TaskSection.Find(task)?.Defaults is null or CommonDefaults)
        {
            return defaults;
        }

        var known = new HoconObject();
        var own = reference.GetKey(TaskSection.Find(task)!.Defaults).GetObject();
        foreach (var (name, value) in own.Items.Concat(defaults.Items.Where(item => Common.Contains(item.Key))))
        {
            known.Items.Add(name, value);
        }

        return known;
    }

    internal static PipelineDefinition Read(ConfigNode root, string name, ulong seed)
    {
        var block = root.Child("pipelines").Child(name);
        if (name.Length is 0 or > 200 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw new ConfigurationException(
                $"{root.Child("pipelines").FileOf(name)}: a pipeline is named '{name}'; expected letters, digits, - and _: topics and a consumer group are named for it.");
        }

        // Which defaults a pipeline has, its own block decides.
        foreach (var known in TaskSection.All)
        {
            _ = root.Child(known.Defaults).Child("task").Choice("kind", known.Task);
        }

        var kind = block.Child("task").Names.Contains("kind")
            ? block.Child("task").Choice("kind", [.. TaskSection.All.Select(known => known.Task)])
            : TaskSection.All[0].Task;
        var section = TaskSection.Find(kind)!;
        var pipeline = block.Over(root.Child(section.Defaults));
        pipeline = section.Defaults == CommonDefaults ? pipeline : pipeline.Over(root.Child(CommonDefaults).Only(Common));
        var source = pipeline.Child("source");
        var sinks = pipeline.Child("sinks");
        var chunks = pipeline.Child("chunks");
        var checkpoint = root.Child("checkpoint");
        var safety = pipeline.Child("safety");
        var learners = new LearnerOptions(
            Learners(root, pipeline, kind), seed, (int)pipeline.Whole("max-keys", 1, int.MaxValue),
            new SafetyOptions
            {
                RefusedInRow = (int)safety.Whole("refused-in-row", 1, int.MaxValue),
                KeepEvery = (int)safety.Whole("keep-every", 1, int.MaxValue),
            });
        var replicas = ReplicasSection.Read(pipeline.Child("replicas"));
        if (replicas is not null && !section.HasReplicas)
        {
            var able = string.Join(", ", TaskSection.All.Where(known => known.HasReplicas).Select(known => known.Task));
            throw pipeline.Child("replicas").Fail("enabled", $"on for the task {kind}", $"off: only a pipeline of the task {able} has one model for all its records");
        }

        var parts = section.Read(root, pipeline, name, learners, replicas);
        var limits = Limits(root, chunks);
        CheckMessages(pipeline, section, parts.Plan, limits);
        return new PipelineDefinition
        {
            Name = name,
            Sources = parts.Sources,
            Plan = parts.Plan,
            PredictionsTopic = parts.PredictionsTopic,
            DriftTopic = parts.DriftTopic,
            AlertsTopic = parts.AlertsTopic,
            Start = source.Choice("start", "earliest", "latest") == "earliest" ? StartOffset.Earliest : StartOffset.Latest,
            LostRecords = source.Choice("lost-records", "stop", "skip") == "stop" ? LostRecords.Stop : LostRecords.Skip,
            CoPartitioned = source.Flag("co-partitioned"),
            Buckets = (int)pipeline.Whole("buckets", 1, 4096),
            DeadLettersTopic = Topic(sinks, "dead-letters", name),
            Delivery = sinks.Choice("delivery", "at-least-once", "exactly-once") == "exactly-once" ? Delivery.ExactlyOnce : Delivery.AtLeastOnce,
            TransactionEvery = sinks.Duration("transaction-every", TimeSpan.FromMilliseconds(1)),
            TraceRatio = MetricsSettings.TraceRatioOf(root.Child("metrics")),
            Barriers = new BarrierOptions
            {
                Every = checkpoint.Duration("every", TimeSpan.FromMilliseconds(10)),
                EveryRecords = checkpoint.Whole("every-records", 0, long.MaxValue),
            },
            Chunks = limits,
        };
    }

    private static ChunkLimits Limits(ConfigNode root, ConfigNode chunks)
    {
        var limits = new ChunkLimits
        {
            Records = (int)chunks.Whole("records", 1, 100_000),
            BatchRecords = (int)root.Child("kafka").Whole("batch-records", 1, 100_000),
            Bytes = (int)chunks.Whole("bytes", 1024, 100 * 1024 * 1024),
            FrameBytes = NodeSettings.FrameBytesOf(root.Child("node")),
            InFlight = (int)chunks.Whole("in-flight", 1, 10_000),
            ResendAfter = chunks.Duration("resend-after", TimeSpan.FromMilliseconds(10)),
            ProbeEvery = chunks.Duration("probe-every", TimeSpan.FromMilliseconds(10)),
        };
        return limits.Bytes <= limits.MessageBytes
            ? limits
            : throw chunks.Fail(
                "bytes", $"'{limits.Bytes}'",
                $"at most {limits.MessageBytes} with streamlearn.node.frame-size = {limits.FrameBytes}, of which {ChunkLimits.MessageRest} are for what is around a chunk");
    }

    /// <summary>What is larger than a message between nodes is never delivered, however often it is sent.</summary>
    /// <exception cref="ConfigurationException">The answer to a chunk, or the report of a key, may be.</exception>
    private static void CheckMessages(ConfigNode pipeline, TaskSection section, LearnerPlan plan, ChunkLimits limits)
    {
        ReplicasSection.CheckMessages(pipeline, plan, limits);
        section.CheckMessages(pipeline, limits);
        var answer = plan.BesideAnswers(limits.Records) + plan.MostAnswerBytes;
        if (Math.Max(plan.ReportBytes, answer) > limits.MessageBytes)
        {
            throw pipeline.Fail(
                "rivals", $"a list of {plan.Learners.Count - 1}",
                $"fewer, or a larger streamlearn.node.frame-size, on all nodes: the report of a key may take {plan.ReportBytes} bytes and an answer {answer}, and a message of "
                + $"frame-size = {limits.FrameBytes} holds {limits.MessageBytes} of them");
        }
    }

    /// <summary>The topic that a setting names; empty: none.</summary>
    internal static string Topic(ConfigNode block, string setting, string pipeline)
    {
        var topic = block.Text(setting).Replace(NamePlaceholder, pipeline, StringComparison.Ordinal);
        if (topic is "off" or "")
        {
            return "";
        }

        return topic.Length <= 249 && topic is not "." and not ".." && topic.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
            ? topic
            : throw block.Fail(setting, $"'{topic}'", "a topic: up to 249 letters, digits, '.', '-' and '_'");
    }

    /// <summary>The topic that a source names; it must name one.</summary>
    internal static string SourceTopic(ConfigNode source, string pipeline) =>
        Topic(source, "topic", pipeline) is { Length: > 0 } topic ? topic : throw source.Fail("topic", "empty", "the name of a topic");

    /// <summary>The field that a setting of a source names; it must name one.</summary>
    internal static string FieldOf(ConfigNode source, string setting) =>
        source.Text(setting) is { Length: > 0 } field ? field : throw source.Fail(setting, "empty", "the name of a field");

    /// <summary>The character between the columns of CSV.</summary>
    internal static char SeparatorOf(ConfigNode source) => source.Text("separator") switch
    {
        // By name: Akka's parser trims even what stands in quotes.
        "tab" => '\t',
        [> ' ' and < (char)127 and not '"' and var separator] => separator,
        var other => throw source.Fail("separator", $"'{other}'", "one character, or tab"),
    };

    /// <summary>How a source's numbers of time are read.</summary>
    internal static TimeUnit TimeUnitOf(ConfigNode source) => source.Choice("time-unit", "auto", "s", "ms", "us", "ns") switch
    {
        "s" => TimeUnit.Seconds,
        "ms" => TimeUnit.Milliseconds,
        "us" => TimeUnit.Microseconds,
        "ns" => TimeUnit.Nanoseconds,
        _ => TimeUnit.Auto,
    };

    /// <summary>The own learner, then its rivals. What would be scored against itself is left out, as when the own learner is a default
    /// rival.</summary>
    private static List<LearnerChoice> Learners(ConfigNode root, ConfigNode pipeline, string task)
    {
        var learners = new List<LearnerChoice> { Own(root, pipeline, task) };
        foreach (var rival in Rivals(root, pipeline, task).Where(rival => !learners.Exists(learner => learner.IsSameAs(rival))))
        {
            learners.Add(rival);
        }

        return learners;
    }

    private static LearnerChoice Own(ConfigNode root, ConfigNode pipeline, string task)
    {
        var learner = pipeline.Child("learner");
        return Learner(root, learner, learner.Text("kind"), task);
    }

    private static List<LearnerChoice> Rivals(ConfigNode root, ConfigNode pipeline, string task)
    {
        var rivals = new List<LearnerChoice>();
        foreach (var rival in pipeline.List("rivals"))
        {
            var block = pipeline.Element("rivals", rival);
            rivals.Add(Learner(root, block, rival.IsObject() ? block.Text("kind") : rival.GetString(), task));
        }

        return rivals;
    }

    private static LearnerChoice Learner(ConfigNode root, ConfigNode block, string kind, string task)
    {
        var registration = LearnerCatalog.Find(task, kind)
            ?? throw ConfigurationException.At(
                block.FileOf("kind"), block.Path, $"'{kind}'", $"a learner of the task {task}: {LearnerCatalog.KindsOf(task)}");
        // A block that says another kind, as the default pipeline's may, says nothing of this one.
        var own = block with { Layers = [.. block.Layers.Where(layer => !layer.Block.Items.TryGetValue("kind", out var other) || other.GetString() == kind)] };
        if (own.Names.FirstOrDefault(name => name != "kind" && !registration.Options.ContainsKey(name)) is { } unknown)
        {
            throw own.Fail(unknown, $"no setting of {kind}", "one of " + string.Join(", ", registration.Options.Keys.Append("kind").Order()));
        }

        var settings = own.Over(root.Child("learners").Child(kind));
        var values = settings.Names.Where(name => name != "kind").ToDictionary(name => name, settings.Text);
        return new LearnerChoice(registration, new OptionSet(block.Path, values, Weights(settings, values)));
    }

    /// <summary>Opens the file of weights that a learner is to start from.</summary>
    private static Dictionary<string, SafetensorsFile> Weights(ConfigNode settings, Dictionary<string, string> values)
    {
        var weights = new Dictionary<string, SafetensorsFile>();
        if (values.GetValueOrDefault(LearnerRegistration.WarmStart) is { Length: > 0 } path)
        {
            try
            {
                using var file = File.OpenRead(path);
                weights.Add(LearnerRegistration.WarmStart, SafetensorsFile.Read(file));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SafetensorsException or ArgumentException)
            {
                throw settings.Fail(LearnerRegistration.WarmStart, $"'{path}'", $"a safetensors file. {exception.Message.TrimEnd('.')}");
            }
        }

        return weights;
    }
}
