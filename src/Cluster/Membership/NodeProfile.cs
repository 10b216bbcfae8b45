using System.Globalization;
using MessagePack;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cluster.Membership;

/// <summary>What must be the same on all nodes of a cluster: the version of messages, and the settings that say who has which records and what
/// learners are made with.</summary>
/// <param name="WireVersion">The version of messages between nodes.</param>
/// <param name="Settings">By path.</param>
[MessagePackObject]
public sealed record NodeProfile(
    [property: Key(0)] int WireVersion, [property: Key(1)] IReadOnlyDictionary<string, string> Settings) : IMembershipMessage
{
    /// <summary>Grows whenever a message between nodes changes so that nodes of before do not understand it.</summary>
    public const int CurrentWireVersion = 1;

    private const string Pipelines = "pipelines.";
    private const string StorePath = "checkpoint.store.id";
    private const int MostNamed = 5;

    /// <summary>Of this node.</summary>
    /// <param name="node">Its settings.</param>
    /// <param name="pipelines">Its pipelines, with the partitions of their topics.</param>
    /// <param name="store">The id of its checkpoint store.</param>
    internal static NodeProfile Of(NodeSettings node, IEnumerable<PipelineDefinition> pipelines, string store)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["node.shards"] = node.Shards.ToString(CultureInfo.InvariantCulture),
            ["node.frame-size"] = node.FrameBytes.ToString(CultureInfo.InvariantCulture),
            ["node.split-brain.strategy"] = node.SplitBrain.Strategy,
            ["node.split-brain.quorum"] = node.SplitBrain.Quorum.ToString(CultureInfo.InvariantCulture),
            ["node.split-brain.stable-after"] = Durations.Format(node.SplitBrain.StableAfter),
            [StorePath] = store,
        };
        foreach (var pipeline in pipelines)
        {
            foreach (var (path, value) in PipelineSettings.Of(pipeline).Values)
            {
                settings[$"{Pipelines}{pipeline.Name}.{path}"] = value;
            }
        }

        return new NodeProfile(CurrentWireVersion, settings);
    }

    /// <summary>Why this node cannot work with another one, in words; null: it can. A pipeline that only one of them has is no reason: it is being
    /// added or taken away, node by node.</summary>
    internal string? Against(NodeProfile other)
    {
        if (WireVersion != other.WireVersion)
        {
            return $"it speaks version {other.WireVersion} of the messages between nodes, and this node version {WireVersion}; "
                + "expected the same release on all nodes: stop the cluster to change it";
        }

        // Two stores that look alike: each would have some of the buckets.
        if (Settings.GetValueOrDefault(StorePath) is var own && other.Settings.GetValueOrDefault(StorePath) is var its && own != its)
        {
            return $"its checkpoint store has the id {its ?? "(none)"}, and this node's {own ?? "(none)"}; expected one store for all nodes: set "
                + "streamlearn.checkpoint.store on all of them to the same database of PostgreSQL, or, on one machine, to the same file of SQLite, by its whole path";
        }

        var (ours, theirs) = (PipelineNames(), other.PipelineNames());
        var differences = Settings.Keys.Union(other.Settings.Keys)
            .Where(path => PipelineOf(path) is not { } name || (ours.Contains(name) && theirs.Contains(name)))
            .Where(path => Settings.GetValueOrDefault(path) != other.Settings.GetValueOrDefault(path))
            .Order(StringComparer.Ordinal).ToList();
        if (differences.Count == 0)
        {
            return null;
        }

        var named = differences.Take(MostNamed).Select(path =>
            $"streamlearn.{path} is {other.Settings.GetValueOrDefault(path, "(none)")} there and {Settings.GetValueOrDefault(path, "(none)")} here");
        var more = differences.Count > MostNamed ? $" and {differences.Count - MostNamed} more" : "";
        return $"{string.Join("; ", named)}{more}; expected the same settings on all nodes";
    }

    private HashSet<string> PipelineNames() => [.. Settings.Keys.Select(PipelineOf).OfType<string>()];

    /// <summary>Names of pipelines have no dots.</summary>
    private static string? PipelineOf(string path) =>
        path.StartsWith(Pipelines, StringComparison.Ordinal) ? path[Pipelines.Length..path.IndexOf('.', Pipelines.Length)] : null;
}
