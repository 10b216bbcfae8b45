using Akka.Configuration.Hocon;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Cluster.Configuration;

/// <summary>Refuses settings that the reference does not know.</summary>
/// <param name="file">Named by errors.</param>
/// <param name="reference">The block <c>streamlearn</c> of the reference.</param>
/// <param name="tasks">The tasks of pipelines, by their names; of others it is the default.</param>
internal sealed class KeyCheck(string file, HoconObject reference, IReadOnlyDictionary<string, string> tasks)
{
    /// <summary>Blocks whose keys are not ours.</summary>
    private static readonly string[] Free =
    [
        "streamlearn.kafka.client", "streamlearn.kafka.consumer", "streamlearn.kafka.producer", "streamlearn.metrics.influxdb.tags",
    ];

    private const string FreeOfPipelines = ".alerts.capacities";

    /// <exception cref="ConfigurationException">Names the key and those that are known.</exception>
    internal void Check(HoconObject root)
    {
        foreach (var (name, value) in root.Items)
        {
            switch (name)
            {
                case "streamlearn":
                    Check(Block(value, name), reference, name);
                    break;
                case "akka":
                    break;
                default:
                    throw Unknown(name, ["streamlearn", "akka"]);
            }
        }
    }

    private void Check(HoconObject block, HoconObject known, string path)
    {
        foreach (var (name, value) in block.Items)
        {
            var at = $"{path}.{name}";
            if (path == "streamlearn.pipelines")
            {
                // First: of another task other settings are known.
                if (PipelineSection.TaskOf(Block(value, at)) is { } said && TaskSection.Find(said) is null)
                {
                    throw ConfigurationException.At(
                        file, $"{at}.task.kind", $"'{said}'", "one of " + string.Join(", ", TaskSection.All.Select(section => section.Task)));
                }

                Check(Block(value, at), PipelineSection.DefaultsOf(reference, tasks.GetValueOrDefault(name, ForecastTask.Name)), at);
                continue;
            }

            if (!known.Items.TryGetValue(name, out var expected))
            {
                throw Unknown(at, known.Items.Keys);
            }

            if (name == "learner")
            {
                CheckKind(Block(value, at), at, "learners");
            }
            else if (name == "rivals")
            {
                CheckKinds(value, at, "learners");
            }
            else if (path.EndsWith(".drift", StringComparison.Ordinal) && name == "detectors")
            {
                CheckKinds(value, at, "drift-detectors", "on", "reaction");
            }
            else if (expected.IsObject() && !Free.Contains(at) && !at.EndsWith(FreeOfPipelines, StringComparison.Ordinal))
            {
                Check(Block(value, at), expected.GetObject(), at);
            }
        }
    }

    private void CheckKinds(HoconValue list, string path, string catalog, params string[] more)
    {
        foreach (var element in (list.IsArray() ? list.GetArray() : []).Where(element => element.IsObject()))
        {
            CheckKind(element.GetObject(), path, catalog, more);
        }
    }

    /// <summary>A block that names a kind of the catalogue, with settings that this kind has there.</summary>
    private void CheckKind(HoconObject block, string path, string catalog, params string[] more)
    {
        var kinds = reference.GetKey(catalog).GetObject();
        var kind = block.Items.TryGetValue("kind", out var value) ? value.GetString() : null;
        var known = new List<string> { "kind" };
        known.AddRange(more);
        if (kind is not null)
        {
            if (!kinds.Items.TryGetValue(kind, out var settings))
            {
                throw ConfigurationException.At(file, $"{path}.kind", $"'{kind}'", "one of " + string.Join(", ", kinds.Items.Keys));
            }

            known.AddRange(settings.IsObject() ? settings.GetObject().Items.Keys : []);
        }
        else
        {
            // The kind comes from the defaults.
            known.AddRange(kinds.Items.Values.Where(settings => settings.IsObject())
                .SelectMany(settings => settings.GetObject().Items.Keys));
        }

        var unknown = block.Items.Keys.FirstOrDefault(name => !known.Contains(name));
        if (unknown is not null)
        {
            throw Unknown($"{path}.{unknown}", known);
        }
    }

    private HoconObject Block(HoconValue value, string path) =>
        value.IsObject() ? value.GetObject() : throw ConfigurationException.At(file, path, $"'{value.GetString()}'", "a block { ... }");

    private ConfigurationException Unknown(string path, IEnumerable<string> known) =>
        ConfigurationException.At(file, path, "no known setting", "one of " + string.Join(", ", known.Distinct().Order()));
}
