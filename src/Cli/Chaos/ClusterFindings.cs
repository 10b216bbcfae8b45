using System.Text.Json.Nodes;

namespace StreamLearn.Cli.Chaos;

/// <summary>What came of a cluster drill.</summary>
internal sealed record ClusterFindings : DrillFindings
{
    /// <summary>How often a node left in order.</summary>
    internal int Leaves { get; set; }

    /// <summary>Rewinds from the moment that a node was told to leave until it was back and everything at work.</summary>
    internal int LeaveRewinds { get; set; }

    /// <summary>Suspensions that the others did not wait for the end of.</summary>
    internal int Suspensions { get; set; }

    /// <summary>Suspensions that nobody was to notice.</summary>
    internal int BriefSuspensions { get; set; }

    /// <summary>Partitions of the network until the node that was alone had ended.</summary>
    internal int Cuts { get; set; }

    /// <summary>Partitions of the network that nobody was to notice.</summary>
    internal int BriefCuts { get; set; }

    /// <summary>Kills of all nodes at once.</summary>
    internal int KillsOfAll { get; set; }

    /// <summary>Faults of the node that starts the cluster.</summary>
    internal int FirstSeedFaults { get; set; }

    /// <summary>Nodes that found themselves removed and ended with exit code 1, as they must after a suspension or a cut that is not brief.</summary>
    internal int Removed { get; set; }

    /// <summary>Nodes that did so although nothing had been done to them that called for it.</summary>
    internal int RemovedUnasked { get; set; }

    /// <inheritdoc/>
    internal override bool Passed(DrillOptions options) =>
        base.Passed(options) && Leaves == options.Leaves && Suspensions + BriefSuspensions == options.Suspensions && Cuts + BriefCuts == options.Cuts
        && Removed == Suspensions + Cuts && RemovedUnasked == 0;

    /// <inheritdoc/>
    protected override void AddTo(JsonObject json, DrillOptions options)
    {
        json["nodes"] = options.Nodes;
        json["roles_apart"] = options.RolesApart;
        json["leaves"] = Leaves;
        json["leave_rewinds"] = LeaveRewinds;
        json["suspensions"] = Suspensions;
        json["brief_suspensions"] = BriefSuspensions;
        json["cuts"] = Cuts;
        json["brief_cuts"] = BriefCuts;
        json["kills_of_all"] = KillsOfAll;
        json["first_seed_faults"] = FirstSeedFaults;
        json["removed"] = Removed;
        json["removed_unasked"] = RemovedUnasked;
    }
}
