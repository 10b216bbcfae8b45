using System.Globalization;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Options;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Cluster.Configuration;

/// <summary>Reads what a pipeline of the task <c>forecast</c> has of its own.</summary>
internal static class ForecastSection
{
    internal static TaskParts Read(ConfigNode root, ConfigNode pipeline, string name, LearnerOptions learners, ReplicaOptions? replicas)
    {
        var source = pipeline.Child("source");
        var sinks = pipeline.Child("sinks");
        var schema = Schema(source);
        var task = Task(pipeline.Child("task"), schema.Features.Count, Counter(source, schema.ValueKind));
        var drift = Drift(root, pipeline.Child("drift"));
        var alerts = Alerts(pipeline.Child("alerts"), task);
        var driftTopic = PipelineSection.Topic(sinks, "drift", name);
        var alertsTopic = PipelineSection.Topic(sinks, "alerts", name);
        return new TaskParts(
            [new PipelineSource("", PipelineSection.SourceTopic(source, name), schema)],
            new ForecastPlan(task, learners.Learners, learners.Seed, learners.MaxKeys, drift, alerts, learners.Safety),
            PipelineSection.Topic(sinks, "predictions", name), drift.Count > 0 ? driftTopic : "", alerts.Enabled ? alertsTopic : "");
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
            Separator = PipelineSection.SeparatorOf(source),
            TimeUnit = PipelineSection.TimeUnitOf(source),
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
        return new ForecastTask
        {
            Horizons = task.Wholes("horizons", 1, ForecastTask.MaxHorizon),
            StepMilliseconds = Step(task),
            Features = features,
            Counter = counter,
            OutOfOrder = LateRecords(task),
            Coverage = task.Number("coverage", 0.001, 0.999),
            Scoring = ScoringSection.Read(task.Child("scoring"), hasScale: true),
        }.Validate(task.Path);
    }

    private static List<DriftChoice> Drift(ConfigNode root, ConfigNode drift)
    {
        var choices = new List<DriftChoice>();
        foreach (var element in drift.List("detectors"))
        {
            var block = drift.Element("detectors", element);
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

    private static long Step(ConfigNode task)
    {
        var step = task.Duration("step", TimeSpan.Zero).TotalMilliseconds;
        return step == Math.Floor(step) ? (long)step : throw task.Fail("step", $"'{task.Text("step")}'", "whole milliseconds, or 0s for a step with each record");
    }
}
