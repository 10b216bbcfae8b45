using System.Text.Json;

namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary>The short version of the fault drill of a pipeline with labels that come later. It is the bandit's drill with other records.</summary>
public sealed class ClassifyChaosTests
{
    [Fact]
    public async Task Given_a_kill_of_a_node_and_of_a_producer_when_the_drill_has_ended_then_the_learners_are_those_of_the_log_and_so_is_each_prediction()
    {
        var result = await StreamLearnProcess.RunLongAsync("chaos", "--task", "classify", "--kills", "1", "--records", "3000", "--json", "--seed", "7");

        // A longer drill must have copies that were repeated and a kill in flight; of one kill nobody can ask for them.
        var json = result.Json;
        Assert.True(json.GetProperty("stalled").ValueKind == JsonValueKind.Null, $"{result}");
        Assert.Equal(("classify", 1, 2), (json.GetProperty("task").GetString(), Number("kills"), Number("producer_kills")));
        Assert.Equal(
            (0, 0, 0, true, 0, 0, 0),
            (Number("lost"), Number("not_copied"), Number("learned_twice"), json.GetProperty("hash_equal").GetBoolean(), Number("committed_not_stored"),
                Number("outputs_missing"), Number("outputs_unequal")));
        Assert.All((string[])["joined", "missing", "overflowed", "late", "duplicates", "early", "duplicate_features"], count => Assert.True(Number(count) > 0, $"{count}: {result}"));
        Assert.InRange(Number("records"), 4000, 20000);

        int Number(string name) => json.GetProperty(name).GetInt32();
    }
}
