namespace StreamLearn.Bench.Scaling;

/// <summary>Which learner processes share the work.</summary>
/// <param name="Name">As rows name it.</param>
/// <param name="Roles">The roles of each process.</param>
/// <param name="Joins">Whether they are one cluster; else each is a cluster of one, and keeps the learners of the partitions that it reads.</param>
internal sealed record ClusterLayout(string Name, IReadOnlyList<IReadOnlyList<string>> Roles, bool Joins = true)
{
    private static readonly string[] Both = ["ingest", "learner"];

    /// <summary>The cluster of one that the others are compared with.</summary>
    internal static readonly ClusterLayout Single = new("1-process", [Both], Joins: false);

    /// <summary>All of them, the single process first.</summary>
    internal static readonly IReadOnlyList<ClusterLayout> All =
    [
        Single,
        new("2-processes", [Both, Both]),
        new("4-processes", [Both, Both, Both, Both]),

        // What four processes cost without a message between them.
        new("4-processes/apart", [Both, Both, Both, Both], Joins: false),

        // All chunks go to another process.
        new("2-processes/one-ingest", [["ingest"], ["learner"]]),
        new("4-processes/one-ingest", [["ingest"], ["learner"], ["learner"], ["learner"]]),
    ];
}
