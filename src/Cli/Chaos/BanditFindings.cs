using System.Text.Json.Nodes;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Joining;

namespace StreamLearn.Cli.Chaos;

/// <summary>What came of a bandit drill.</summary>
internal sealed record BanditFindings : DrillFindings
{
    /// <summary>Kills of nodes that ran the copiers only.</summary>
    internal int CopierKills { get; set; }

    /// <summary>Kills of producers, besides those of nodes.</summary>
    internal int ProducerKills { get; set; }

    /// <summary>Contexts that were written again.</summary>
    internal long? ContextsRepeated { get; set; }

    /// <summary>Copies of records that had been copied.</summary>
    internal long? CopiesRepeated { get; set; }

    /// <summary>Records without a copy in the log.</summary>
    internal long? NotCopied { get; set; }

    /// <summary>Contexts that have a decision or a dead letter.</summary>
    internal long? Outputs { get; set; }

    /// <summary>What has become of decisions and rewards, as stored.</summary>
    internal JoinCounts? Join { get; set; }

    /// <summary>What the drill is to try and has not: without it nothing is proven.</summary>
    internal IReadOnlyList<string> Untried =>
    [
        .. new (string Name, long? Count)[]
        {
            ("joined", Join?.Joined), ("missing", Join?.Missing), ("overflowed", Join?.Overflowed), ("late", Join?.Late), ("duplicates", Join?.Duplicates),
            ("early", Join?.Held), ("unknown", Join?.Unknown), ("duplicate_decisions", Join?.DuplicateDecisions), ("copies_repeated", CopiesRepeated),
            ("outputs_repeated", OutputsRepeated),
        }.Where(tried => tried.Count == 0).Select(tried => tried.Name),
    ];

    /// <inheritdoc/>
    protected override string TaskName => BanditTask.Name;

    /// <inheritdoc/>
    internal override bool Passed(DrillOptions options) => base.Passed(options) && NotCopied == 0 && Join is not null && Untried.Count == 0;

    /// <inheritdoc/>
    protected override void AddTo(JsonObject json, DrillOptions options)
    {
        json["copier_kills"] = CopierKills;
        json["producer_kills"] = ProducerKills;
        json["not_copied"] = NotCopied;
        json["copies_repeated"] = CopiesRepeated;
        json["contexts_repeated"] = ContextsRepeated;
        json["outputs"] = Outputs;
        json["joined"] = Join?.Joined;
        json["missing"] = Join?.Missing;
        json["overflowed"] = Join?.Overflowed;
        json["late"] = Join?.Late;
        json["duplicates"] = Join?.Duplicates;
        json["early"] = Join?.Held;
        json["unknown"] = Join?.Unknown;
        json["duplicate_decisions"] = Join?.DuplicateDecisions;
        json["untried"] = Untried.Count == 0 ? null : string.Join(", ", Untried);
    }
}
