using System.Text.Json.Nodes;
using StreamLearn.Learners.Joining;

namespace StreamLearn.Cli.Chaos;

/// <summary>What came of a drill of a pipeline that joins.</summary>
/// <param name="Kind">The task with its records.</param>
internal sealed record JoinFindings(JoinRecords Kind) : DrillFindings
{
    /// <summary>Kills of nodes that ran the copiers only.</summary>
    internal int CopierKills { get; set; }

    /// <summary>Kills of producers, besides those of nodes.</summary>
    internal int ProducerKills { get; set; }

    /// <summary>Examples that were written again.</summary>
    internal long? ExamplesRepeated { get; set; }

    /// <summary>Copies of records that had been copied.</summary>
    internal long? CopiesRepeated { get; set; }

    /// <summary>Records without a copy in the log.</summary>
    internal long? NotCopied { get; set; }

    /// <summary>Examples that have an output or a dead letter.</summary>
    internal long? Outputs { get; set; }

    /// <summary>What has become of examples and outcomes, as stored.</summary>
    internal JoinCounts? Join { get; set; }

    /// <summary>What the drill is to try and has not: without it nothing is proven.</summary>
    internal IReadOnlyList<string> Untried =>
    [
        .. new (string Name, long? Count)[]
        {
            ("joined", Join?.Joined), ("missing", Join?.Missing), ("overflowed", Join?.Overflowed), ("late", Join?.Late), ("duplicates", Join?.Duplicates),
            ("early", Join?.Held), ("unknown", Join?.Unknown), ($"duplicate_{Kind.Repeated}", Join?.DuplicateDecisions), ("copies_repeated", CopiesRepeated),
            ("outputs_repeated", OutputsRepeated),
        }.Where(tried => tried.Count == 0).Select(tried => tried.Name),
    ];

    /// <inheritdoc/>
    protected override string TaskName => Kind.Task;

    /// <inheritdoc/>
    internal override bool Passed(DrillOptions options) => base.Passed(options) && NotCopied == 0 && Join is not null && Untried.Count == 0;

    /// <inheritdoc/>
    protected override void AddTo(JsonObject json, DrillOptions options)
    {
        json["copier_kills"] = CopierKills;
        json["producer_kills"] = ProducerKills;
        json["not_copied"] = NotCopied;
        json["copies_repeated"] = CopiesRepeated;
        json[$"{Kind.Examples}_repeated"] = ExamplesRepeated;
        json["outputs"] = Outputs;
        json["joined"] = Join?.Joined;
        json["missing"] = Join?.Missing;
        json["overflowed"] = Join?.Overflowed;
        json["late"] = Join?.Late;
        json["duplicates"] = Join?.Duplicates;
        json["early"] = Join?.Held;
        json["unknown"] = Join?.Unknown;
        json[$"duplicate_{Kind.Repeated}"] = Join?.DuplicateDecisions;
        json["untried"] = Untried.Count == 0 ? null : string.Join(", ", Untried);
    }
}
