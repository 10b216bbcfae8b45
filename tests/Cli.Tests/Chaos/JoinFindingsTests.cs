using StreamLearn.Actors.Protocol;
using StreamLearn.Cli.Chaos;
using StreamLearn.Learners.Joining;

namespace StreamLearn.Cli.Tests.Chaos;

public sealed class JoinFindingsTests
{
    private static readonly DrillOptions Options = new(5, 1000, 1, ProtocolMutant.None);
    private static readonly JoinCounts Tried = new(1, 2, 3, 4, 5, 6, 7, 8);

    [Fact]
    public void Given_everything_as_in_the_log_when_it_is_judged_then_it_has_passed()
    {
        Assert.True(Clean().Passed(Options));
        var json = Clean().ToJson(Options, 1);
        Assert.Equal(("bandit", 1L, 3L, 7L), ((string)json["task"]!, (long)json["joined"]!, (long)json["overflowed"]!, (long)json["early"]!));
    }

    [Fact]
    public void Given_anything_amiss_when_it_is_judged_then_it_has_not_passed() => Assert.All(
        (JoinFindings[])
        [
            Clean() with { NotCopied = 1 }, Clean() with { NotCopied = null }, Clean() with { Join = null }, Clean() with { LearnedTwice = 1 },
            Clean() with { Lost = 1 }, Clean() with { Hash = "b" }, Clean() with { OutputsUnequal = 1 }, Clean() with { OutputsMissing = 1 },
            Clean() with { KillsInFlight = 3 }, Clean() with { CommittedNotStored = 1 },
        ],
        findings => Assert.False(findings.Passed(Options), $"{findings}"));

    [Fact]
    public void Given_a_drill_of_classes_when_its_findings_are_written_then_they_are_called_as_these_have_them()
    {
        var json = (Clean() with { Kind = new ClassifyRecords(1), ExamplesRepeated = 9 }).ToJson(Options, 1);

        Assert.Equal(("classify", 9L, 5L), ((string)json["task"]!, (long)json["features_repeated"]!, (long)json["duplicate_features"]!));
    }

    /// <summary>A drill in which nothing came late, or twice, says nothing about what then happens.</summary>
    [Fact]
    public void Given_something_that_has_never_happened_when_it_is_judged_then_it_is_named_and_has_not_passed()
    {
        (JoinFindings Findings, string Name)[] untried =
        [
            (Clean() with { Join = Tried with { Joined = 0 } }, "joined"), (Clean() with { Join = Tried with { Missing = 0 } }, "missing"),
            (Clean() with { Join = Tried with { Overflowed = 0 } }, "overflowed"), (Clean() with { Join = Tried with { Late = 0 } }, "late"),
            (Clean() with { Join = Tried with { Duplicates = 0 } }, "duplicates"), (Clean() with { Join = Tried with { Held = 0 } }, "early"),
            (Clean() with { Join = Tried with { Unknown = 0 } }, "unknown"),
            (Clean() with { Join = Tried with { DuplicateDecisions = 0 } }, "duplicate_decisions"),
            (Clean() with { CopiesRepeated = 0 }, "copies_repeated"), (Clean() with { OutputsRepeated = 0 }, "outputs_repeated"),
        ];

        Assert.All(untried, one =>
        {
            Assert.False(one.Findings.Passed(Options), one.Name);
            Assert.Equal(one.Name, (string)one.Findings.ToJson(Options, 1)["untried"]!);
        });
    }

    private static JoinFindings Clean() => new(new BanditRecords(1))
    {
        Kills = 5, KillsInFlight = 4, Records = 2000, Lost = 0, LearnedTwice = 0, CommittedNotStored = 0, OutputsMissing = 0, OutputsRepeated = 7,
        OutputsUnequal = 0, Hash = "a", ExpectedHash = "a", NotCopied = 0, CopiesRepeated = 3, Join = Tried,
    };
}
