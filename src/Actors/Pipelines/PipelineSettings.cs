using System.Globalization;
using System.Text.Json;
using StreamLearn.Learners.Options;

namespace StreamLearn.Actors.Pipelines;

/// <summary>What the learners' state of a pipeline was made with, setting by setting: stored with it, and compared at the next
/// start.</summary>
public sealed class PipelineSettings
{
    /// <summary>Settings that decide which records a learner is made from; a state that was made with others is of no use.</summary>
    private static readonly string[] Layout = ["source.topic", "source.log", "source.key", "source.partitions", "buckets"];

    private readonly SortedDictionary<string, string> _values;

    private PipelineSettings(SortedDictionary<string, string> values) => _values = values;

    /// <summary>By path, as in the configuration; what a learner's own default decides is not among them.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>The settings of a pipeline.</summary>
    public static PipelineSettings Of(PipelineDefinition pipeline)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var schema = pipeline.Schema;
        Add("source.topic", pipeline.Topic);
        Add("source.log", pipeline.LogTopic);
        Add("source.partitions", pipeline.Partitions);
        Add("source.format", schema.Format);
        Add("source.key", schema.Key);
        Add("source.time", schema.Time);
        Add("source.time-unit", schema.TimeUnit);
        Add("source.value", schema.Value);
        Add("source.value-kind", schema.ValueKind);
        Add("source.features", string.Join(", ", schema.Features));
        Add("source.columns", string.Join(", ", schema.Columns));
        Add("source.separator", schema.Separator);
        Add("buckets", pipeline.Buckets);
        var plan = pipeline.Plan;
        Add("seed", plan.Seed);
        Add("max-keys", plan.MaxKeys);
        Add("task.horizons", string.Join(", ", plan.Task.Horizons));
        Add("task.step", $"{plan.Task.StepMilliseconds}ms");
        Add("task.out-of-order", plan.Task.LateRecords);
        Add("task.coverage", plan.Task.Coverage);
        Add("safety.refused-in-row", plan.Safety.RefusedInRow);
        Add("safety.keep-every", plan.Safety.KeepEvery);
        Add("task.scoring.from", plan.Task.Scoring.From);
        Add("task.scoring.scale-until", plan.Task.Scoring.ScaleUntil);
        Add("task.scoring.window", plan.Task.Scoring.Window);
        Add("task.scoring.fading", plan.Task.Scoring.Fading);
        if (plan.Task.Counter is { } counter)
        {
            Add("source.value-scale", counter.Scale);
            Add("source.max-rate", counter.MaxRate);
        }

        for (var i = 0; i < plan.Learners.Count; i++)
        {
            AddOptions(i == 0 ? "learner" : $"rivals.{i - 1}", plan.Learners[i].Registration.Kind, plan.Learners[i].Options);
        }

        for (var i = 0; i < plan.Drift.Count; i++)
        {
            var detector = plan.Drift[i];
            AddOptions($"drift.{i}", detector.Registration.Kind, detector.Options);
            Add($"drift.{i}.on", detector.On);
            Add($"drift.{i}.reaction", detector.Reaction);
        }

        if (plan.Alerts.Enabled)
        {
            Add("alerts.above", plan.Alerts.Above);
            Add("alerts.capacity", plan.Alerts.Capacity);
            Add("alerts.probability", plan.Alerts.Probability);
            Add("alerts.within", plan.Alerts.Within);
            foreach (var (key, capacity) in plan.Alerts.Capacities)
            {
                Add($"alerts.capacities.\"{key}\"", capacity);
            }
        }

        return new PipelineSettings(values);

        void Add(string path, object value) => values[path] = Convert.ToString(value, CultureInfo.InvariantCulture)!;

        void AddOptions(string path, string kind, OptionSet options)
        {
            Add($"{path}.kind", kind);
            foreach (var name in options.Names)
            {
                Add($"{path}.{name}", options.Value(name));
            }
        }
    }

    /// <summary>Reads what <see cref="ToString"/> has written.</summary>
    /// <exception cref="JsonException">It is nothing of the kind.</exception>
    public static PipelineSettings Parse(string text) =>
        new(new SortedDictionary<string, string>(JsonSerializer.Deserialize<Dictionary<string, string>>(text) ?? [], StringComparer.Ordinal));

    /// <summary>The settings as one JSON object.</summary>
    public override string ToString() => JsonSerializer.Serialize(_values);

    /// <summary>The settings that are not the same: path, stored value, value now; <c>(none)</c> where there is none.</summary>
    public static IReadOnlyList<SettingDifference> Differences(PipelineSettings stored, PipelineSettings now) =>
        [.. stored._values.Keys.Union(now._values.Keys).Order(StringComparer.Ordinal)
            .Select(path => new SettingDifference(
                path, stored._values.GetValueOrDefault(path, "(none)"), now._values.GetValueOrDefault(path, "(none)"), Layout.Contains(path)))
            .Where(difference => difference.Stored != difference.Now)];
}
