using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Membership;
using StreamLearn.Cluster.Metrics;
using StreamLearn.Learners.Options;
using StreamLearn.Streams.Influx;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cluster.Configuration;

/// <summary>The configuration of a node: HOCON files and single settings over <c>config/hocon/reference.conf</c>, checked as a
/// whole.</summary>
public sealed partial record StreamLearnConfig
{
    /// <summary>Seed of all randomness.</summary>
    public required ulong Seed { get; init; }

    /// <summary>This node.</summary>
    public required NodeSettings Node { get; init; }

    /// <summary>How buckets are placed on nodes and GPUs.</summary>
    public required PlacementSettings Placement { get; init; }

    /// <summary>How Kafka is reached.</summary>
    public required KafkaSettings Kafka { get; init; }

    /// <summary>A pipeline's consumer group is this followed by its name.</summary>
    public required string GroupPrefix { get; init; }

    /// <summary>When checkpoints are made and where they are.</summary>
    public required CheckpointSettings Checkpoint { get; init; }

    /// <summary>Where metrics go.</summary>
    public required InfluxSettings Influx { get; init; }

    /// <summary>What is measured, and where it goes.</summary>
    public required MetricsSettings Metrics { get; init; }

    /// <summary>The pipelines, in the order of the file.</summary>
    public required IReadOnlyList<PipelineDefinition> Pipelines { get; init; }

    /// <summary>Settings of Akka itself, as they are.</summary>
    public required Config Akka { get; init; }

    private static readonly Lazy<HoconObject> ParsedReference = new(() => Parse(Reference, "reference.conf").Root);

    /// <summary>The reference, as text.</summary>
    public static string Reference
    {
        get
        {
            using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("reference.conf")!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }

    /// <summary>Reads a configuration.</summary>
    /// <param name="path">HOCON file; null: none.</param>
    /// <param name="settings">Single settings <c>path=value</c> that count more than the file; <c>streamlearn.</c> may be left out.</param>
    /// <param name="pipelines">HOCON that stands below the file, for programs that bring pipelines of their own.</param>
    /// <exception cref="ConfigurationException">It cannot be used.</exception>
    public static StreamLearnConfig Load(string? path, IReadOnlyList<string> settings, string pipelines = "") =>
        LoadFiles(path is null ? [] : [path], settings, pipelines);

    /// <summary>Reads a configuration of several files, e.g. one of the node and one of its pipelines.</summary>
    /// <param name="paths">HOCON files; a later one counts more. Blocks are put together, lists replace each other.</param>
    /// <param name="settings">Single settings <c>path=value</c> that count more than the files; <c>streamlearn.</c> may be left out.</param>
    /// <param name="pipelines">HOCON that stands below the files, for programs that bring pipelines of their own.</param>
    /// <exception cref="ConfigurationException">It cannot be used; names the file or the setting that is to blame.</exception>
    public static StreamLearnConfig LoadFiles(IReadOnlyList<string> paths, IReadOnlyList<string> settings, string pipelines = "")
    {
        var layers = new List<(string File, Config Config, HoconObject Root)>();
        for (var i = settings.Count - 1; i >= 0; i--)
        {
            // Errors name the setting without its value, which may be a secret.
            layers.Add(Parse(Setting(settings[i]), $"--set {settings[i].Split('=')[0].Trim()}"));
        }

        layers.AddRange(paths.Reverse().Select(path => Parse(ReadFile(path), path)));
        var written = layers.Count;
        layers.Add(Parse(pipelines, "pipeline"));
        var reference = ParsedReference.Value;
        var known = reference.GetKey("streamlearn").GetObject();
        var tasks = Tasks(layers.Select(layer => layer.Root));
        foreach (var (file, _, root) in layers)
        {
            new KeyCheck(file, known, tasks).Check(root);
        }

        var node = new ConfigNode(
            paths.Count > 0 ? string.Join(", ", paths) : settings.Count > 0 ? "--set" : "configuration", "streamlearn",
            [.. layers.Select((layer, i) => new ConfigLayer(i < written ? layer.File : null, layer.Root)).Append(new ConfigLayer(null, reference))
                .Where(layer => layer.Block.Items.ContainsKey("streamlearn"))
                .Select(layer => layer with { Block = layer.Block.GetKey("streamlearn").GetObject() })]);
        var akka = layers.Where(layer => layer.Root.Items.ContainsKey("akka"))
            .Aggregate(Config.Empty, (config, layer) => config.WithFallback(layer.Config));
        try
        {
            return Read(node, akka);
        }
        catch (OptionException exception)
        {
            throw new ConfigurationException($"{node.FileAt(exception.Path)}: {exception.Message}");
        }
    }

    /// <summary>The tasks that pipelines are said to have, by their names; the first layer that says one counts.</summary>
    private static Dictionary<string, string> Tasks(IEnumerable<HoconObject> layers)
    {
        var tasks = new Dictionary<string, string>();
        foreach (var layer in layers)
        {
            if (layer.Items.TryGetValue("streamlearn", out var root) && root.IsObject()
                && root.GetObject().Items.TryGetValue("pipelines", out var pipelines) && pipelines.IsObject())
            {
                foreach (var (name, pipeline) in pipelines.GetObject().Items)
                {
                    if (pipeline.IsObject() && PipelineSection.TaskOf(pipeline.GetObject()) is { } task)
                    {
                        tasks.TryAdd(name, task);
                    }
                }
            }
        }

        return tasks;
    }

    private static StreamLearnConfig Read(ConfigNode root, Config akka)
    {
        var seed = (ulong)root.Whole("seed", 0, long.MaxValue);
        var kafka = root.Child("kafka");
        var pipelines = root.Child("pipelines");
        IReadOnlyList<PipelineDefinition> read = [.. pipelines.Names.Select(name => PipelineSection.Read(root, name, seed))];
        return new StreamLearnConfig
        {
            Seed = seed,
            Node = WithRolesOf(read, NodeSettings.From(root.Child("node"))),
            Placement = PlacementSettings.From(root.Child("node")),
            Kafka = KafkaSection.Read(kafka),
            GroupPrefix = kafka.Text("group-prefix"),
            Checkpoint = CheckpointSection.Read(root.Child("checkpoint")),
            Influx = InfluxSection.Read(root.Child("metrics").Child("influxdb")),
            Metrics = WithRoom(root.Child("metrics"), read),
            Pipelines = WithoutLoops(pipelines, read),
            Akka = akka,
        };
    }

    /// <summary>What exporters of named keys keep room for is bounded.</summary>
    private static MetricsSettings WithRoom(ConfigNode metrics, IReadOnlyList<PipelineDefinition> pipelines)
    {
        var settings = MetricsSettings.From(metrics);
        var room = new SeriesRoom(pipelines, settings.Keys.Named.Count);
        var most = MetricCatalog.All.Where(measurement => measurement.IsOfKeys).Max(room.Of);
        return most <= SeriesRoom.MostOfKeys
            ? settings
            : throw metrics.Child("keys").Fail(
                "named", $"a list of {settings.Keys.Named.Count}",
                $"fewer keys: each is a series of every measure for every learner and horizon of the pipelines, {most} of one measure in all, and at most {SeriesRoom.MostOfKeys} may be");
    }

    /// <summary>There is nobody else in a cluster of one: where it has learners, it has those that need a GPU too.</summary>
    private static NodeSettings WithRolesOf(IEnumerable<PipelineDefinition> pipelines, NodeSettings node) =>
        node.Seeds.Count == 0 && node.Roles.Contains(NodeRole.Learner) && pipelines.Any(pipeline => pipeline.Plan.NeedsGpu)
            ? node with { Roles = [.. node.Roles.Union([NodeRole.LearnerGpu])] }
            : node;

    /// <summary>A topic that one pipeline writes and another, or itself, reads would feed itself for ever; two kinds of records on one
    /// topic nobody could read.</summary>
    private static IReadOnlyList<PipelineDefinition> WithoutLoops(ConfigNode block, IReadOnlyList<PipelineDefinition> pipelines)
    {
        var taken = pipelines.SelectMany(pipeline => pipeline.Sources).Select(source => source.Topic).Distinct().ToDictionary(topic => topic, _ => "a source of a pipeline");
        foreach (var pipeline in pipelines.Where(pipeline => pipeline.CopiesRecords))
        {
            if (!taken.TryAdd(pipeline.EventsTopic, $"the internal topic of the pipeline {pipeline.Name}"))
            {
                throw ConfigurationException.At(
                    block.FileOf(pipeline.Name), block.PathOf(pipeline.Name), $"named so that its internal topic is '{pipeline.EventsTopic}', which is {taken[pipeline.EventsTopic]} too",
                    "another name, or source.co-partitioned = on where each key is known to be in one partition");
            }
        }

        foreach (var pipeline in pipelines.Where(pipeline => pipeline.HasReplicas))
        {
            if (!taken.TryAdd(pipeline.ContributionsTopic, $"the topic of the replicas of the pipeline {pipeline.Name}"))
            {
                throw ConfigurationException.At(
                    block.FileOf(pipeline.Name), block.PathOf(pipeline.Name), $"named so that the topic of its replicas is '{pipeline.ContributionsTopic}', which is "
                    + $"{taken[pipeline.ContributionsTopic]} too", "another name");
            }
        }

        foreach (var pipeline in pipelines)
        {
            foreach (var (setting, topic) in pipeline.Outputs)
            {
                var path = $"streamlearn.pipelines.{pipeline.Name}.sinks.{setting}";
                if (!taken.TryAdd(topic, path))
                {
                    throw ConfigurationException.At(block.FileAt(path), path, $"'{topic}', which is {taken[topic]} too", "a topic of its own, or off");
                }
            }
        }

        return pipelines;
    }

    private static (string File, Config Config, HoconObject Root) Parse(string text, string file)
    {
        var readable = HoconSyntax.Check(text, file);
        try
        {
            var config = ConfigurationFactory.ParseString(readable);
            return (file, config, config.Root is { } root && root.IsObject() ? root.GetObject() : new HoconObject());
        }
        catch (Exception exception) when (exception is FormatException or global::Akka.Configuration.ConfigurationException or IndexOutOfRangeException
            or NullReferenceException)
        {
            throw new ConfigurationException($"{file}{LineOf(exception.Message, text)} is no HOCON: {Problem(exception)}; expected name = value.");
        }
    }

    /// <summary>The parser names a position; a reader needs the line.</summary>
    private static string LineOf(string message, string text) =>
        Position().Match(message) is { Success: true } match && int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is var at && at <= text.Length
            ? $": line {text.AsSpan(0, at).Count('\n') + 1}"
            : "";

    private static string Problem(Exception exception) =>
        exception is NullReferenceException or IndexOutOfRangeException
            ? "it cannot be parsed"
            : Position().Replace(exception.Message.Split('\n')[0], "").TrimEnd(' ', ':', '\r');

    [GeneratedRegex(@" at position (\d+)")]
    private static partial Regex Position();

    private static string Setting(string setting)
    {
        var equals = setting.IndexOf('=');
        if (equals <= 0)
        {
            throw new ConfigurationException($"--set {setting} has no path or no value; expected path=value.");
        }

        var path = setting[..equals].Trim();
        var rooted = path.StartsWith("streamlearn.", StringComparison.Ordinal) || path.StartsWith("akka.", StringComparison.Ordinal);
        return $"{(rooted ? "" : "streamlearn.")}{path} = {Quoted(setting[(equals + 1)..].Trim())}";
    }

    /// <summary>A shell takes quotes away: what is no block, list or quoted text is taken as it is, e.g. localhost:9092.</summary>
    private static string Quoted(string value) =>
        value.Length == 0 || value[0] is '{' or '[' or '"'
            ? value
            : $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path} cannot be read; expected a HOCON file: {exception.Message}");
        }
    }
}
