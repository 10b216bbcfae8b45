namespace StreamLearn.Bench.Scaling;

/// <summary>What a cluster learns with.</summary>
/// <param name="Suffix">Behind the names of its rows.</param>
/// <param name="Learner">The learner's name.</param>
/// <param name="Horizons">The horizons, HOCON.</param>
internal sealed record ScalingCase(string Suffix, string Learner, string Horizons)
{
    internal static readonly IReadOnlyList<ScalingCase> All =
    [
        new("", "recursive-least-squares", "[1, 3, 12]"),

        // Costs next to nothing itself: what a message costs shows most.
        new("/last-value", "last-value", "[1]"),
    ];

    /// <summary>The configuration of every node.</summary>
    internal string Config(string bootstrapServers, string store) => $$"""
        streamlearn {
          kafka { bootstrap-servers = "{{bootstrapServers}}" }
          node.http.enabled = off
          checkpoint.store.path = "{{store}}"
          pipelines.{{ClusterRun.Pipeline}} {
            source { topic = links, co-partitioned = on }
            task { horizons = {{Horizons}} }
            learner { kind = {{Learner}} }
            rivals = []
          }
        }
        """;
}
