using StreamLearn.Actors.Protocol;
using StreamLearn.Cli.Chaos;

namespace StreamLearn.Cli.Tests.Chaos;

public sealed class ClusterFindingsTests
{
    private static readonly DrillOptions Options = new(5, 1000, 1, ProtocolMutant.None) { Nodes = 3, Leaves = 2, Suspensions = 2, Cuts = 1 };

    [Fact]
    public void Given_everything_as_if_nothing_had_happened_when_it_is_judged_then_it_has_passed() => Assert.True(Clean().Passed(Options));

    [Fact]
    public void Given_anything_amiss_when_it_is_judged_then_it_has_not_passed() => Assert.All(
        (ClusterFindings[])
        [
            Clean() with { Lost = 1 }, Clean() with { Hash = "b" }, Clean() with { Leaves = 1 }, Clean() with { BriefSuspensions = 0 },
            Clean() with { Cuts = 0, Removed = 1 }, Clean() with { Removed = 1 }, Clean() with { RemovedUnasked = 1 },
        ],
        findings => Assert.False(findings.Passed(Options), $"{findings}"));

    [Fact]
    public void Given_findings_when_they_are_reported_then_the_cluster_s_own_are_there()
    {
        var json = Clean().ToJson(Options, 1);

        Assert.Equal(
            (3, false, 2, 3, 1, 1, 1, 0, 2, 0),
            ((int)json["nodes"]!, (bool)json["roles_apart"]!, (int)json["leaves"]!, (int)json["leave_rewinds"]!, (int)json["suspensions"]!,
                (int)json["brief_suspensions"]!, (int)json["cuts"]!, (int)json["brief_cuts"]!, (int)json["removed"]!, (int)json["removed_unasked"]!));
    }

    private static ClusterFindings Clean() => new()
    {
        Kills = 5, KillsInFlight = 4, Records = 1000, Lost = 0, LearnedTwice = 0, CommittedNotStored = 0, OutputsMissing = 0, OutputsRepeated = 7,
        OutputsUnequal = 0, Hash = "a", ExpectedHash = "a", Leaves = 2, LeaveRewinds = 3, Suspensions = 1, BriefSuspensions = 1, Cuts = 1, Removed = 2,
    };
}
