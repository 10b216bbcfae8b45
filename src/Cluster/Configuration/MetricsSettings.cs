using System.Text;
using StreamLearn.Learners.Measures;

namespace StreamLearn.Cluster.Configuration;

/// <summary>What a node measures, and where it goes; see <c>reference.conf</c>.</summary>
public sealed record MetricsSettings
{
    /// <summary>Keys that may be watched alone, at most.</summary>
    private const int MostKeys = 1000;

    /// <summary>Whether anything is measured.</summary>
    public required bool Enabled { get; init; }

    /// <summary>How often.</summary>
    public required TimeSpan Every { get; init; }

    /// <summary>What the tag <c>node</c> says; empty: the node's address.</summary>
    public required string Node { get; init; }

    /// <summary>Which keys are watched alone.</summary>
    public required KeySelection Keys { get; init; }

    /// <summary>Whether the node's HTTP has <c>/metrics</c>.</summary>
    public required bool Prometheus { get; init; }

    /// <summary>Where OpenTelemetry's numbers and traces go.</summary>
    public required OtlpSettings Otlp { get; init; }

    /// <summary>Share of the records whose way is traced.</summary>
    public required double TraceRatio { get; init; }

    /// <summary>What the tag <c>node</c> says of a node: where its port is drawn at each start, its host, so that starts are no new series.</summary>
    public string NodeTag(NodeSettings node) =>
        Node.Length > 0 ? Node : node.Port == 0 ? node.PublicHost : FormattableString.Invariant($"{node.PublicHost}:{node.Port}");

    internal static MetricsSettings From(ConfigNode metrics) => new()
    {
        Enabled = metrics.Flag("enabled"),
        Every = metrics.Duration("every", TimeSpan.FromMilliseconds(100)),
        Node = metrics.Text("node"),
        Keys = KeysOf(metrics.Child("keys")),
        Prometheus = metrics.Child("prometheus").Flag("enabled"),
        Otlp = OtlpSettings.From(metrics.Child("otlp")),
        TraceRatio = TraceRatioOf(metrics),
    };

    /// <summary>Share of the records whose way is traced; pipelines have to know too.</summary>
    internal static double TraceRatioOf(ConfigNode metrics) => metrics.Child("traces").Number("ratio", 0, 1);

    private static KeySelection KeysOf(ConfigNode keys)
    {
        var named = keys.Texts("named").Distinct().ToList();
        return new KeySelection(
            (int)keys.Whole("top", 0, MostKeys), keys.Choice("by", "records", "error") == "records" ? KeyRank.Records : KeyRank.Error,
            named.Count <= MostKeys
                ? [.. named.Select(Encoding.UTF8.GetBytes)]
                : throw keys.Fail("named", $"a list of {named.Count}", $"at most {MostKeys} keys: each is a series of every measure"));
    }
}
