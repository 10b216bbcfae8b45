using System.Globalization;
using Akka.Configuration.Hocon;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Networks.Safetensors;
using StreamLearn.Learners.Options;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cluster.Configuration;

/// <summary>Reads the block of one pipeline.</summary>
internal static class PipelineSection
{
    private const string NamePlaceholder = "<pipeline>";

    internal static PipelineDefinition Read(ConfigNode root, string name, ulong seed)
    {
        var pipeline = root.Child("pipelines").Child(name).Over(root.Child("pipeline-defaults"));
        if (name.Length is 0 or > 200 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw new ConfigurationException(
                $"{root.File}: a pipeline is named '{name}'; expected letters, digits, - and _: topics and a consumer group are named for it.");
        }

        var source = pipeline.Child("source");
        var sinks = pipeline.Child("sinks");
        var chunks = pipeline.Child("chunks");
        var checkpoint = root.Child("checkpoint");
        var schema = Schema(source);
        var task = Task(pipeline.Child("task"), schema.Features.Count, Counter(source, schema.ValueKind));
        var drift = Drift(root, pipeline.Child("drift"));
        var alerts = Alerts(pipeline.Child("alerts"), task);
        var safety = pipeline.Child("safety");
        var driftTopic = Topic(sinks, "drift", name);
        var alertsTopic = Topic(sinks, "alerts", name);
        return new PipelineDefinition
        {
            Name = name,
            Topic = Topic(source, "topic", name) is { Length: > 0 } topic ? topic : throw source.Fail("topic", "empty", "the name of a topic"),
            Start = source.Choice("start", "earliest", "latest") == "earliest" ? StartOffset.Earliest : StartOffset.Latest,
            LostRecords = source.Choice("lost-records", "stop", "skip") == "stop" ? LostRecords.Stop : LostRecords.Skip,
            CoPartitioned = source.Flag("co-partitioned"),
            Schema = schema,
            Plan = new ForecastPlan(
                task, Learners(root, pipeline), seed, (int)pipeline.Whole("max-keys", 1, int.MaxValue), drift, alerts,
                new SafetyOptions
                {
                    RefusedInRow = (int)safety.Whole("refused-in-row", 1, int.MaxValue),
                    KeepEvery = (int)safety.Whole("keep-every", 1, int.MaxValue),
                }),
            Buckets = (int)pipeline.Whole("buckets", 1, 4096),
            PredictionsTopic = Topic(sinks, "predictions", name),
            DeadLettersTopic = Topic(sinks, "dead-letters", name),
            DriftTopic = drift.Count > 0 ? driftTopic : "",
            AlertsTopic = alerts.Enabled ? alertsTopic : "",
            Delivery = sinks.Choice("delivery", "at-least-once", "exactly-once") == "exactly-once" ? Delivery.ExactlyOnce : Delivery.AtLeastOnce,
            TransactionEvery = sinks.Duration("transaction-every", TimeSpan.FromMilliseconds(1)),
            Barriers = new BarrierOptions
            {
                Every = checkpoint.Duration("every", TimeSpan.FromMilliseconds(10)),
                EveryRecords = checkpoint.Whole("every-records", 0, long.MaxValue),
            },
            Chunks = new ChunkLimits
            {
                Records = (int)chunks.Whole("records", 1, 100_000),
                BatchRecords = (int)root.Child("kafka").Whole("batch-records", 1, 100_000),
                Bytes = (int)chunks.Whole("bytes", 1024, 100 * 1024 * 1024),
                InFlight = (int)chunks.Whole("in-flight", 1, 10_000),
                ResendAfter = chunks.Duration("resend-after", TimeSpan.FromMilliseconds(10)),
                ProbeEvery = chunks.Duration("probe-every", TimeSpan.FromMilliseconds(10)),
            },
        };
    }

    private static long Step(ConfigNode task)
    {
        var step = task.Duration("step", TimeSpan.Zero).TotalMilliseconds;
        return step == Math.Floor(step) ? (long)step : throw task.Fail("step", $"'{task.Text("step")}'", "whole milliseconds, or 0s for a step with each record");
    }

    private static string Topic(ConfigNode block, string setting, string pipeline)
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

    private static RecordSchema Schema(ConfigNode source)
    {
        var schema = new RecordSchema
        {
            Format = source.Choice("format", "json", "csv"),
            Key = source.Text("key"),
            Time = source.Text("time"),
            Value = source.Text("value") is { Length: > 0 } value ? value : throw source.Fail("value", "empty", "the name of a field"),
            ValueKind = source.Choice("value-kind", "gauge", "counter32", "counter64") switch
            {
                "counter32" => ValueKind.Counter32,
                "counter64" => ValueKind.Counter64,
                _ => ValueKind.Gauge,
            },
            Features = source.Texts("features"),
            Columns = source.Texts("columns"),
            Separator = source.Text("separator") switch
            {
                // By name: Akka's parser trims even what stands in quotes.
                "tab" => '\t',
                [> ' ' and < (char)127 and not '"' and var separator] => separator,
                var other => throw source.Fail("separator", $"'{other}'", "one character, or tab"),
            },
            TimeUnit = source.Choice("time-unit", "auto", "s", "ms", "us", "ns") switch
            {
                "s" => TimeUnit.Seconds,
                "ms" => TimeUnit.Milliseconds,
                "us" => TimeUnit.Microseconds,
                "ns" => TimeUnit.Nanoseconds,
                _ => TimeUnit.Auto,
            },
        };
        if (schema.Format == "csv" && schema.Columns.Count > 0)
        {
            try
            {
                schema.CreateDecoder();
            }
            catch (ArgumentException exception)
            {
                throw source.Fail("columns", $"[{string.Join(", ", schema.Columns)}]", $"all fields of the source. {exception.Message}");
            }
        }

        return schema;
    }

    private static CounterOptions? Counter(ConfigNode source, ValueKind kind)
    {
        var counter = new CounterOptions(kind)
        {
            Scale = source.Number("value-scale", CounterOptions.MinScale, CounterOptions.MaxScale),
            MaxRate = source.Number("max-rate", 0, double.MaxValue),
        };
        if (kind != ValueKind.Gauge)
        {
            return counter;
        }

        return (counter.Scale, counter.MaxRate) switch
        {
            (not 1, _) => throw source.Fail(
                "value-scale", $"'{source.Text("value-scale")}'", "1 with value-kind = gauge: it makes the unit of a rate"),
            (_, not 0) => throw source.Fail("max-rate", $"'{source.Text("max-rate")}'", "0 with value-kind = gauge: it is about counters"),
            _ => null,
        };
    }

    private static OutOfOrder LateRecords(ConfigNode task) => task.Choice("out-of-order", "auto", "dead-letter", "drop", "learn") switch
    {
        "dead-letter" => OutOfOrder.DeadLetter,
        "drop" => OutOfOrder.Drop,
        "learn" => OutOfOrder.Learn,
        _ => OutOfOrder.Auto,
    };

    private static ForecastTask Task(ConfigNode task, int features, CounterOptions? counter)
    {
        _ = task.Choice("kind", "forecast");
        var scoring = task.Child("scoring");
        var scaleUntil = scoring.Whole("scale-until", 0, long.MaxValue);
        return new ForecastTask
        {
            Horizons = task.Wholes("horizons", 1, ForecastTask.MaxHorizon),
            StepMilliseconds = Step(task),
            Features = features,
            Counter = counter,
            OutOfOrder = LateRecords(task),
            Coverage = task.Number("coverage", 0.001, 0.999),
            Scoring = new ScoringOptions
            {
                From = scoring.Whole("from", 0, long.MaxValue),
                ScaleUntil = scaleUntil == 0 ? long.MaxValue : scaleUntil,
                Window = (int)scoring.Whole("window", 4, 10_000_000),
                Fading = scoring.Number("fading", 0.0001, 0.999999999),
            },
        }.Validate(task.Path);
    }

    private static List<DriftChoice> Drift(ConfigNode root, ConfigNode drift)
    {
        var choices = new List<DriftChoice>();
        foreach (var element in drift.List("detectors"))
        {
            var block = new ConfigNode(root.File, drift.PathOf("detectors"), element.IsObject() ? [element.GetObject()] : []);
            var kind = element.IsObject() ? block.Text("kind") : element.GetString();
            var registration = DriftDetectorCatalog.Find(kind)
                ?? throw block.Fail("kind", $"'{kind}'", "one of " + DriftDetectorCatalog.Kinds);
            var settings = block.Over(root.Child("drift-detectors").Child(kind));
            var signal = block.Names.Contains("on") ? block.Choice("on", "error", "input") : "error";
            var reaction = block.Names.Contains("reaction") ? block.Choice("reaction", [.. DriftNames.Reactions]) : "none";
            choices.Add(new DriftChoice(
                registration,
                new OptionSet(block.Path, settings.Names.Where(registration.Options.ContainsKey).ToDictionary(name => name, settings.Text)),
                signal == "input" ? DriftSignal.Input : DriftSignal.Error, DriftNames.Reaction(reaction)));
        }

        return choices;
    }

    private static AlertOptions Alerts(ConfigNode alerts, ForecastTask task)
    {
        var capacities = alerts.Child("capacities");
        return new AlertOptions
        {
            Above = alerts.Number("above", 1e-9, 1e9),
            Capacity = alerts.Number("capacity", 0, 1e300),
            Capacities = capacities.Names.ToDictionary(key => key, key => capacities.Number(key, 0, 1e300)),
            Probability = alerts.Number("probability", 0.001, 0.999),
            Within = Within(alerts, task),
        }.Validate(task, alerts.Path);
    }

    /// <summary>all: 0; else steps, or a duration of some.</summary>
    private static int Within(ConfigNode alerts, ForecastTask task)
    {
        var text = alerts.Text("within");
        if (text == "all")
        {
            return 0;
        }

        var first = task.Horizons[0];
        if (task.StepMilliseconds > 0 && Durations.TryParse(text, out var duration)
            && duration.TotalMilliseconds / task.StepMilliseconds >= first)
        {
            return (int)Math.Min(ForecastTask.MaxHorizon, duration.TotalMilliseconds / task.StepMilliseconds);
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var steps) && steps >= first
            ? steps
            : throw alerts.Fail(
                "within", $"'{text}'",
                $"all, or at least the first horizon: {first} or more steps, or with a step their duration, e.g. 15m");
    }

    /// <summary>The own learner, then its rivals. What would be scored against itself is left out, as when the own learner is a default
    /// rival.</summary>
    private static List<LearnerChoice> Learners(ConfigNode root, ConfigNode pipeline)
    {
        var learners = new List<LearnerChoice> { Own(root, pipeline) };
        foreach (var rival in Rivals(root, pipeline).Where(rival => !learners.Exists(learner => learner.IsSameAs(rival))))
        {
            learners.Add(rival);
        }

        return learners;
    }

    private static LearnerChoice Own(ConfigNode root, ConfigNode pipeline)
    {
        var learner = pipeline.Child("learner");
        return Learner(root, learner, learner.Text("kind"));
    }

    private static List<LearnerChoice> Rivals(ConfigNode root, ConfigNode pipeline)
    {
        var rivals = new List<LearnerChoice>();
        foreach (var rival in pipeline.List("rivals"))
        {
            var block = new ConfigNode(root.File, pipeline.PathOf("rivals"), rival.IsObject() ? [rival.GetObject()] : []);
            rivals.Add(Learner(root, block, rival.IsObject() ? block.Text("kind") : rival.GetString()));
        }

        return rivals;
    }

    private static LearnerChoice Learner(ConfigNode root, ConfigNode block, string kind)
    {
        var registration = LearnerCatalog.Find("forecast", kind)
            ?? throw ConfigurationException.At(
                root.File, block.Path, $"'{kind}'", $"a learner of the task forecast: {LearnerCatalog.KindsOf("forecast")}");
        // A block that says another kind, as the default pipeline's may, says nothing of this one.
        var own = block with { Layers = [.. block.Layers.Where(layer => !layer.Items.TryGetValue("kind", out var other) || other.GetString() == kind)] };
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
