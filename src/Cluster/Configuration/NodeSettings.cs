using StreamLearn.Cluster.Membership;

namespace StreamLearn.Cluster.Configuration;

/// <summary>Settings of a node; see <c>reference.conf</c>.</summary>
public sealed record NodeSettings
{
    /// <summary>Least of <see cref="FrameBytes"/>.</summary>
    internal const int LeastFrameBytes = 256 * 1024;

    /// <summary>Most of <see cref="FrameBytes"/>.</summary>
    internal const int MostFrameBytes = 256 * 1024 * 1024;

    // Whoever places shards looks at all of them for each.
    private const int MostShards = 4096;

    /// <summary>What the node does: any of <see cref="NodeRole"/>.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>Address that the cluster port binds to.</summary>
    public required string Host { get; init; }

    /// <summary>Address that other nodes reach it by.</summary>
    public required string PublicHost { get; init; }

    /// <summary>The cluster port; 0: any.</summary>
    public required int Port { get; init; }

    /// <summary>Nodes to join by; none: this one is a cluster of one.</summary>
    public required IReadOnlyList<SeedNode> Seeds { get; init; }

    /// <summary>How long joining may take.</summary>
    public required TimeSpan JoinTimeout { get; init; }

    /// <summary>Threads that step learners.</summary>
    public required int LearnerThreads { get; init; }

    /// <summary>Bytes that learners may take in memory; 0: any number.</summary>
    public required long LearnerMemory { get; init; }

    /// <summary>Shards of a pipeline.</summary>
    public required int Shards { get; init; }

    /// <summary>How long a stop may wait for what is under way.</summary>
    public required TimeSpan StopTimeout { get; init; }

    /// <summary>How long a bucket that is to move waits for its last checkpoint.</summary>
    public required TimeSpan HandOverTimeout { get; init; }

    /// <summary>Bytes of a message between nodes, at most.</summary>
    public required int FrameBytes { get; init; }

    /// <summary>What becomes of a cluster that falls apart.</summary>
    public required SplitBrainSettings SplitBrain { get; init; }

    /// <summary>Encryption between nodes.</summary>
    public required TlsSettings Tls { get; init; }

    /// <summary>Health and the cluster's state over HTTP.</summary>
    public required HttpSettings Http { get; init; }

    /// <summary>What is logged.</summary>
    public required string LogLevel { get; init; }

    /// <summary>Whether a line of the log is JSON.</summary>
    public required bool LogsJson { get; init; }

    /// <summary>Whether the node reads topics.</summary>
    public bool Ingests => Roles.Contains(NodeRole.Ingest);

    internal static NodeSettings From(ConfigNode node)
    {
        var threads = (int)node.Whole("learner-threads", 0, 1024);
        var host = node.Text("host");
        return new NodeSettings
        {
            Roles = RolesOf(node),
            Host = host,
            PublicHost = node.Text("public-host") is { Length: > 0 } named ? named : PublicHostOf(node, host),
            Port = (int)node.Whole("port", 0, 65535),
            Seeds = [.. node.Texts("seeds").Select(text => SeedNode.Parse(text)
                ?? throw node.Fail("seeds", $"'{text}'", "host:port of nodes, e.g. [\"10.0.0.1:4053\", \"10.0.0.2:4053\"]"))],
            JoinTimeout = node.Duration("join-timeout", TimeSpan.FromSeconds(1)),
            LearnerThreads = threads == 0 ? Environment.ProcessorCount : threads,
            LearnerMemory = node.Whole("learner-memory", 0, long.MaxValue),
            Shards = (int)node.Whole("shards", 1, MostShards),
            StopTimeout = node.Duration("stop-timeout", TimeSpan.FromSeconds(1)),
            HandOverTimeout = node.Duration("hand-over-timeout", TimeSpan.FromMilliseconds(100)),
            FrameBytes = FrameBytesOf(node),
            SplitBrain = SplitBrainSettings.From(node.Child("split-brain")),
            Tls = TlsSettings.From(node.Child("tls")),
            Http = HttpSettings.From(node.Child("http")),
            LogLevel = node.Choice("log-level", "debug", "info", "warning", "error"),
            LogsJson = node.Choice("log-format", "text", "json") == "json",
        };
    }

    /// <summary>Bytes of a message between nodes, at most; pipelines have to know too.</summary>
    internal static int FrameBytesOf(ConfigNode node) => (int)node.Whole("frame-size", LeastFrameBytes, MostFrameBytes);

    private static string[] RolesOf(ConfigNode node)
    {
        var roles = node.Texts("roles").Distinct().ToArray();
        return roles.Length > 0 && roles.All(NodeRole.All.Contains)
            ? roles
            : throw node.Fail(
                "roles", roles.Length == 0 ? "empty" : $"[{string.Join(", ", roles)}]", $"one or more of {string.Join(", ", NodeRole.All)}");
    }

    /// <summary>All addresses of a machine are none that another one could reach it by.</summary>
    private static string PublicHostOf(ConfigNode node, string host) => host is "0.0.0.0" or "::" or "[::]"
        ? throw node.Fail("public-host", $"empty, and host is {host}", "the address that other nodes reach this one by")
        : host;
}
