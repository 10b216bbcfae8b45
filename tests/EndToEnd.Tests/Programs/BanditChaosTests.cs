using System.Text.Json;

namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary>The short version of the fault drill of a bandit pipeline, and that it finds what is broken.</summary>
public sealed class BanditChaosTests
{
    [Fact]
    public async Task Given_kills_of_nodes_copiers_and_producers_when_the_drill_has_ended_then_the_learners_are_those_of_the_log_and_so_is_each_decision()
    {
        var result = await StreamLearnProcess.RunLongAsync("chaos", "--task", "bandit", "--kills", "3", "--records", "9000", "--json", "--seed", "7");

        // Of twenty kills 80 % are to be in flight; of three, one may hit a moment when there is nothing to lose.
        var json = result.Json;
        Assert.True(json.GetProperty("stalled").ValueKind == JsonValueKind.Null, $"{result}");
        Assert.InRange(Number("kills_in_flight"), 2, 3);
        Assert.True((Number("kills_in_flight") == 3 ? 0 : 1) == result.ExitCode, $"{result}");
        Assert.Equal((3, 1, 4), (Number("kills"), Number("copier_kills"), Number("producer_kills")));
        Assert.Equal(
            (0, 0, 0, true, 0, 0, 0),
            (Number("lost"), Number("not_copied"), Number("learned_twice"), json.GetProperty("hash_equal").GetBoolean(), Number("committed_not_stored"),
                Number("outputs_missing"), Number("outputs_unequal")));
        Assert.Equal(2, Number("generations_damaged") + Number("cursors_damaged"));
        Assert.InRange(Number("rewinds"), 1, 1000);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("untried").ValueKind);
        Assert.InRange(Number("records"), 12000, 40000);

        int Number(string name) => json.GetProperty(name).GetInt32();
    }

    [Theory]
    [InlineData("SkipRewind", "lost")]
    [InlineData("CommitBeforePersisted", "committed_not_stored")]
    [InlineData("KeepRepeats", "learned_twice")]
    public async Task Given_a_protocol_that_is_broken_on_purpose_when_the_drill_has_ended_then_it_has_found_it(string mutant, string finding)
    {
        var result = await StreamLearnProcess.RunLongAsync(
            "chaos", "--task", "bandit", "--kills", "1", "--records", "2000", "--json", "--seed", "7", "--mutant", mutant);

        Assert.True(result.ExitCode == 1, $"{result}");
        var json = result.Json;
        Assert.False(json.GetProperty("passed").GetBoolean());
        Assert.True(
            json.GetProperty(finding) is { ValueKind: JsonValueKind.Number } found ? found.GetInt64() > 0 : json.GetProperty("stalled").ValueKind == JsonValueKind.String,
            $"It did not fail for what was broken: {result}");
    }
}
