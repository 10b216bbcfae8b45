using StreamLearn.Actors.Protocol;
using StreamLearn.Cli.Chaos;

namespace StreamLearn.Cli.Tests.Chaos;

public sealed class DrillFindingsTests
{
    private static readonly DrillOptions Options = new(5, 1000, 1, ProtocolMutant.None);

    [Fact]
    public void Given_everything_as_if_nothing_had_happened_when_it_is_judged_then_it_has_passed() => Assert.True(Clean().Passed(Options));

    [Fact]
    public void Given_anything_amiss_when_it_is_judged_then_it_has_not_passed() => Assert.All(
        (DrillFindings[])
        [
            Clean() with { Kills = 4 }, Clean() with { KillsInFlight = 3 }, Clean() with { Lost = 1 }, Clean() with { LearnedTwice = 1 },
            Clean() with { CommittedNotStored = 1 }, Clean() with { OutputsMissing = 1 }, Clean() with { OutputsUnequal = 1 },
            Clean() with { Hash = "b" }, Clean() with { Stalled = "why" }, Clean() with { Lost = null }, Clean() with { Hash = null },
            Clean() with { CommittedNotStored = null }, Clean() with { OutputsMissing = null },
        ],
        findings => Assert.False(findings.Passed(Options), $"{findings}"));

    /// <summary>Regression: a drill that stalled reported zeros that nobody had counted.</summary>
    [Fact]
    public void Given_a_drill_that_stalled_when_it_is_reported_then_what_was_not_counted_is_null()
    {
        var json = new DrillFindings { Kills = 1, Stalled = "why" }.ToJson(Options, 1);

        Assert.All(
            (string[])
            [
                "records", "lost", "learned_twice", "hash_equal", "committed_not_stored", "outputs_missing", "outputs_repeated", "outputs_unequal",
                "state_hash",
            ],
            name => Assert.True(json.ContainsKey(name) && json[name] is null, name));
        Assert.Equal(("why", false, 1), ((string?)json["stalled"], (bool)json["passed"]!, (int)json["kills"]!));
    }

    private static DrillFindings Clean() => new()
    {
        Kills = 5, KillsInFlight = 4, Records = 1000, Lost = 0, LearnedTwice = 0, CommittedNotStored = 0, OutputsMissing = 0, OutputsRepeated = 7,
        OutputsUnequal = 0, Hash = "a", ExpectedHash = "a",
    };
}
