using System.Text.Json;

namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary>The short version of the fault drill on a cluster of three nodes.</summary>
[Collection(WholeClusters.Name)]
public sealed class ClusterChaosTests
{
    [Fact]
    public async Task Given_three_nodes_that_are_killed_suspended_and_cut_off_when_the_drill_has_ended_then_the_learners_are_as_if_nothing_had_happened()
    {
        var result = await StreamLearnProcess.RunLongAsync(
            "chaos", "--nodes", "3", "--kills", "2", "--leaves", "0", "--suspends", "1", "--cuts", "1", "--records", "10000", "--json", "--seed", "7");

        // Of many kills 80 % are to be in flight; of two, one may hit a moment when there is nothing to lose. On a machine that has too much to do, nodes
        // take each other for dead: then the drill has not passed, and nothing may be lost either.
        var json = result.Json;
        Assert.True(json.GetProperty("stalled").ValueKind == JsonValueKind.Null, $"{result}");
        Assert.InRange(Number("kills_in_flight"), 1, 2);
        var asExpected = Number("kills_in_flight") == 2 && Number("removed_unasked") == 0;
        Assert.True((asExpected ? 0 : 1) == result.ExitCode, $"{result}");
        Assert.Equal(asExpected, json.GetProperty("passed").GetBoolean());
        Assert.Equal(
            (3, 2, 1, 1, 2),
            (Number("nodes"), Number("kills"), Number("suspensions"), Number("cuts"), Number("removed")));
        Assert.Equal(
            (10000, 0, 0, true, 0, 0, 0),
            (Number("records"), Number("lost"), Number("learned_twice"), json.GetProperty("hash_equal").GetBoolean(), Number("committed_not_stored"),
                Number("outputs_missing"), Number("outputs_unequal")));

        int Number(string name) => json.GetProperty(name).GetInt32();
    }
}
