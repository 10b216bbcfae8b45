using System.Text.Json;

namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary>The short version of the fault drill on a cluster of three nodes, and that it finds a protocol that is broken.</summary>
public sealed class ClusterChaosTests
{
    [Fact]
    public async Task Given_three_nodes_that_are_killed_suspended_and_told_to_leave_when_the_drill_has_ended_then_the_learners_are_as_if_nothing_had_happened()
    {
        var result = await StreamLearnProcess.RunLongAsync(
            "chaos", "--nodes", "3", "--kills", "2", "--leaves", "1", "--suspends", "1", "--cuts", "0", "--records", "10000", "--json", "--seed", "7");

        // Of many kills 80 % are to be in flight; of two, one may hit a moment when there is nothing to lose. On a machine that has too much to do, nodes
        // take each other for dead: then the drill has not passed, and nothing may be lost either.
        var json = result.Json;
        Assert.True(json.GetProperty("stalled").ValueKind == JsonValueKind.Null, $"{result}");
        Assert.InRange(Number("kills_in_flight"), 1, 2);
        var asExpected = Number("kills_in_flight") == 2 && Number("removed_unasked") == 0;
        Assert.True((asExpected ? 0 : 1) == result.ExitCode, $"{result}");
        Assert.Equal(asExpected, json.GetProperty("passed").GetBoolean());
        Assert.Equal(
            (3, 2, 1, 1, 1),
            (Number("nodes"), Number("kills"), Number("leaves"), Number("suspensions"), Number("removed")));
        Assert.Equal(
            (10000, 0, 0, true, 0, 0, 0),
            (Number("records"), Number("lost"), Number("learned_twice"), json.GetProperty("hash_equal").GetBoolean(), Number("committed_not_stored"),
                Number("outputs_missing"), Number("outputs_unequal")));

        int Number(string name) => json.GetProperty(name).GetInt32();
    }

    [Theory]
    [InlineData("SkipRewind")]
    [InlineData("CommitBeforePersisted")]
    public async Task Given_a_protocol_that_is_broken_on_purpose_when_nodes_of_a_cluster_have_been_killed_then_the_drill_has_found_it(string mutant)
    {
        var result = await StreamLearnProcess.RunLongAsync(
            "chaos", "--nodes", "3", "--kills", "2", "--leaves", "0", "--suspends", "0", "--cuts", "0", "--records", "8000", "--json", "--seed", "7",
            "--mutant", mutant);

        Assert.True(result.ExitCode == 1, $"{result}");
        var json = result.Json;
        Assert.False(json.GetProperty("passed").GetBoolean());
        Assert.True(
            Counted("lost") > 0 || Counted("learned_twice") > 0 || Counted("committed_not_stored") > 0
            || json.GetProperty("hash_equal").ValueKind == JsonValueKind.False,
            $"It did not fail for what was broken: {result}");

        long Counted(string name) => json.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : 0;
    }
}
