using System.Text.Json.Nodes;
using StreamLearn.Cli.Commands;
using StreamLearn.Cli.Experiments.Bandits;
using StreamLearn.Simulation.Bandits.Tabular;

namespace StreamLearn.Cli.Tests.Experiments;

public sealed class BanditStudyTests
{
    private static readonly BanditStudySettings Small = new()
    {
        Folder = Path.Combine(Path.GetTempPath(), "streamlearn-absent"), Seeds = 2, Rounds = 300, Sets = ["blobs", "xor"],
        Learners = ["neu-fast-cb", "neu-fast-cb, expected", "neu-square-cb", "linear-square-cb", "uniform"],
    };

    [Fact]
    public void Given_made_sets_when_the_experiment_runs_then_tables_plots_and_JSON_have_every_row()
    {
        var result = Run(Small);
        var folder = Directory.CreateTempSubdirectory("streamlearn-").FullName;
        try
        {
            var markdown = new BanditStudyReport(result).Markdown();
            new BanditStudyPlots(result).Write(folder);
            var json = BanditStudyJson.Of(result);

            Assert.All(Small.Learners, name => Assert.Contains($"| {name} |", markdown, StringComparison.Ordinal));
            Assert.Contains("### Development sets: regret at the end", markdown, StringComparison.Ordinal);
            Assert.DoesNotContain("NaN", markdown, StringComparison.Ordinal);
            Assert.DoesNotContain("Vowpal Wabbit, eps", markdown, StringComparison.Ordinal);
            Assert.Equal(["blobs.png", "xor.png"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
            Assert.All(Directory.GetFiles(folder), file => Assert.Equal([0x89, 0x50, 0x4E, 0x47], File.ReadAllBytes(file)[..4]));
            Assert.Equal(2 * Small.Learners.Count, ((JsonArray)json["rows"]!).Count);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Given_regrets_on_a_held_out_set_when_they_are_told_then_those_below_the_bar_stand_out_and_the_others_stay()
    {
        var contenders = BanditContender.All.Where(contender => BanditContender.Own.Contains(contender.Name)).ToArray();
        var set = BanditStudySet.All.First(set => set.Name == "pendigits");
        var scores = new BanditStudyScores(set, 10_992, 16, 10, 10_000, [Runs(contenders[0], 500), Runs(contenders[1], 3000)]);

        var markdown = new BanditStudyReport(new BanditStudyResult(Small, contenders, [scores])).Markdown();

        Assert.Contains("| pendigits | 2897 | **500 ± 0** | 0.17 | 3000 ± 0 | 1.04 |", markdown, StringComparison.Ordinal);
        Assert.Contains("`neu-fast-cb` is below it on 1 of 1 sets: pendigits.", markdown, StringComparison.Ordinal);
        Assert.Contains("`neu-square-cb` is below it on 0 of 1 sets.", markdown, StringComparison.Ordinal);
        Assert.Contains("| *Vowpal Wabbit, regcb opt* | 6288 ± 1311 |", markdown, StringComparison.Ordinal);

        static BanditRuns Runs(BanditContender contender, int regret) =>
            new(contender.Learner, [1000, 2000, 5000], [new BanditRun(1, 10_000, regret, [regret / 4, regret / 3, regret / 2], 0, 0.1, new byte[32])]);
    }

    [Fact]
    public void Given_other_rounds_than_the_published_ones_when_the_bar_is_asked_for_then_there_is_none()
    {
        var set = BanditStudySet.All.First(set => set.Name == "mushroom");

        Assert.Equal(545, new BanditStudyScores(set, 8124, 22, 2, 8124, []).Bar);
        Assert.Null(new BanditStudyScores(set, 8124, 22, 2, 5000, []).Bar);
        Assert.Null(new BanditStudyScores(BanditStudySet.All.First(set => set.Name == "xor"), 10_000, 8, 4, 10_000, []).Bar);
    }

    [Fact]
    public void Given_the_rows_when_their_names_are_listed_then_each_stands_once_and_each_settings_can_be_used()
    {
        Assert.Equal(BanditContender.All.Count, BanditContender.All.Select(contender => contender.Name).Distinct().Count());
        Assert.All(BanditContender.All, contender => Assert.All(contender.Learner.Options.Names, name => Assert.True(contender.Learner.Registration.Options.ContainsKey(name), name)));
        Assert.Equal(BanditContender.All.Count, Run(Small with { Sets = ["blobs"], Learners = [], Seeds = 1, Rounds = 20 }).Sets[0].Runs.Count(runs => runs is not null));
    }

    [Fact]
    public void Given_what_cannot_be_run_when_it_is_asked_for_then_the_message_says_what_is_expected()
    {
        Assert.Contains("xor", Refused(Small with { Sets = ["xnor"] }), StringComparison.Ordinal);
        Assert.Contains("neu-fast-cb, rademacher", Refused(Small with { Learners = ["neu-fast"] }), StringComparison.Ordinal);
        Assert.Contains("expected a folder", Refused(Small with { Sets = ["letter"] }), StringComparison.Ordinal);
        Assert.Contains("letter.csv.gz", Refused(Small with { Sets = ["letter"], Folder = AppContext.BaseDirectory }), StringComparison.Ordinal);

        static string Refused(BanditStudySettings settings) => Assert.Throws<UsageException>(() => Run(settings)).Message;
    }

    private static BanditStudyResult Run(BanditStudySettings settings) => new BanditStudy(settings).Run(_ => { }, TimeProvider.System, CancellationToken.None);
}
