using System.Globalization;
using System.Text.Json;
using StreamLearn.Learners.Options;

namespace StreamLearn.Actors.Pipelines;

/// <summary>What the learners' state of a pipeline was made with, setting by setting: stored with it, and compared at the next
/// start.</summary>
public sealed class PipelineSettings
{
    /// <summary>Settings that decide which records a learner is made from; a state that was made with others is of no use.</summary>
    private static readonly string[] Layout = ["source.log", "source.partitions", "buckets", "replicas.enabled"];

    private readonly SortedDictionary<string, string> _values;

    private PipelineSettings(SortedDictionary<string, string> values) => _values = values;

    /// <summary>By path, as in the configuration; what a learner's own default decides is not among them.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>The settings of a pipeline.</summary>
    public static PipelineSettings Of(PipelineDefinition pipeline)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in pipeline.Sources)
        {
            var path = source.Name.Length == 0 ? "source" : $"sources.{source.Name}";
            Add($"{path}.topic", source.Topic);
            foreach (var (name, value) in source.Schema.Settings())
            {
                Add($"{path}.{name}", value);
            }
        }

        Add("source.log", pipeline.LogTopic);
        Add("source.partitions", pipeline.Partitions);
        Add("buckets", pipeline.Buckets);
        var plan = pipeline.Plan;
        Add("seed", plan.Seed);
        Add("max-keys", plan.MaxKeys);
        Add("safety.refused-in-row", plan.Safety.RefusedInRow);
        Add("safety.keep-every", plan.Safety.KeepEvery);
        foreach (var (path, value) in plan.Settings())
        {
            Add(path, value);
        }

        if (plan.Replicas is { } replicas)
        {
            Add("replicas.enabled", "on");
            Add("replicas.every", replicas.Every);
            Add("replicas.compression", replicas.Compression);
            Add("replicas.error-budget", replicas.ErrorBudget);
            Add("replicas.share", replicas.Share);
            Add("replicas.adjust-every", replicas.AdjustEvery);
            Add("replicas.slice-bytes", replicas.SliceBytes);
        }

        for (var i = 0; i < plan.Learners.Count; i++)
        {
            AddOptions(i == 0 ? "learner" : $"rivals.{i - 1}", plan.Learners[i].Registration.Kind, plan.Learners[i].Options);
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
                path, stored._values.GetValueOrDefault(path, "(none)"), now._values.GetValueOrDefault(path, "(none)"), IsLayout(path)))
            .Where(difference => difference.Stored != difference.Now)];

    private static bool IsLayout(string path) =>
        Layout.Contains(path) || (path.StartsWith("source", StringComparison.Ordinal) && path.Split('.')[^1] is "topic" or "key");
}
