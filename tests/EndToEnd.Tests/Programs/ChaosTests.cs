using System.Text.Json;

namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary>The short version of the fault drill, and that it finds a protocol that is broken.</summary>
public sealed class ChaosTests
{
    [Fact]
    public async Task Given_kills_and_worse_when_the_drill_has_ended_then_the_learners_are_as_if_nothing_had_happened()
    {
        var result = await StreamLearnProcess.RunLongAsync("chaos", "--task", "forecast", "--kills", "3", "--records", "12000", "--json", "--seed", "7");

        // Of twenty kills 80 % are to be in flight; of three, one may hit a moment when there is nothing to lose.
        var json = result.Json;
        Assert.True(json.GetProperty("stalled").ValueKind == JsonValueKind.Null, $"{result}");
        Assert.InRange(json.GetProperty("kills_in_flight").GetInt32(), 2, 3);
        Assert.Equal(json.GetProperty("kills_in_flight").GetInt32() == 3 ? 0 : 1, result.ExitCode);
        Assert.Equal(result.ExitCode == 0, json.GetProperty("passed").GetBoolean());
        Assert.Equal(
            (3, 0, 0, true, 0, 0),
            (json.GetProperty("kills").GetInt32(), json.GetProperty("lost").GetInt32(), json.GetProperty("learned_twice").GetInt32(),
                json.GetProperty("hash_equal").GetBoolean(), json.GetProperty("committed_not_stored").GetInt32(),
                json.GetProperty("outputs_missing").GetInt32()));
        Assert.Equal(12000, json.GetProperty("records").GetInt32());
        Assert.Equal(0, json.GetProperty("outputs_unequal").GetInt32());
        Assert.Equal(2, json.GetProperty("generations_damaged").GetInt32() + json.GetProperty("cursors_damaged").GetInt32());
        Assert.InRange(json.GetProperty("rewinds").GetInt32(), 1, 1000);
    }

    [Theory]
    [InlineData("SkipRewind")]
    [InlineData("CommitBeforePersisted")]
    public async Task Given_a_protocol_that_is_broken_on_purpose_when_the_drill_has_ended_then_it_has_found_it(string mutant)
    {
        var result = await StreamLearnProcess.RunLongAsync(
            "chaos", "--task", "forecast", "--kills", "1", "--records", "4000", "--json", "--seed", "7", "--mutant", mutant);

        Assert.True(result.ExitCode == 1, $"{result}");
        var json = result.Json;
        Assert.False(json.GetProperty("passed").GetBoolean());
        Assert.True(
            Counted("lost") > 0 || Counted("learned_twice") > 0 || Counted("committed_not_stored") > 0
            || json.GetProperty("hash_equal").ValueKind == JsonValueKind.False || json.GetProperty("stalled").ValueKind == JsonValueKind.String,
            $"It did not fail for what was broken: {result}");

        long Counted(string name) => json.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : 0;
    }
}
