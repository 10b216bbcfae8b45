using System.Text.Json.Nodes;
using StreamLearn.Cli.Commands;
using StreamLearn.Cli.Experiments.LinkFailure;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Simulation.Networks;

namespace StreamLearn.Cli.Tests.Experiments;

public sealed class LinkFailureExperimentTests
{
    private static readonly LinkFailureSettings Small = new()
    {
        Topology = "abilene", Seeds = 1, Failures = 2, PairsPerClass = 2, DaysBefore = 2, DaysAfter = 1,
        Models = ["last-value", "liquid frozen", "incremental R=36", "hybrid"],
    };

    [Fact]
    public void Given_all_models_when_learners_are_made_then_each_has_settings_that_there_are()
    {
        var models = ForecastModel.All(288);

        Assert.Distinct(models.Select(model => model.Name));
        Assert.All(models, model =>
        {
            Assert.Subset(model.Choice.Registration.Options.Keys.ToHashSet(), model.Choice.Options.Names.ToHashSet());
            ForecasterRegistration.Create(model.Choice, new ForecastTask(), 1, new FleetWorkspaces());
        });
    }

    [Fact]
    public void Given_the_same_seed_when_it_runs_on_one_thread_and_on_two_then_the_scores_are_the_same_bits()
    {
        var one = Run(Small with { Threads = 1 });
        var two = Run(Small with { Threads = 2 });

        Assert.NotEmpty(one.Links);
        Assert.Equal(one.Links.Select(Text), two.Links.Select(Text));
        Assert.NotEqual(one.Links.Select(Text), Run(Small with { FirstSeed = 2 }).Links.Select(Text));

        static string Text(ShiftedLink link) =>
            $"{link.Cable} {link.FailureBin} {link.Link} {link.Class} {string.Join(' ', link.Scores.SelectMany(model => model).SelectMany(score => score.Rmse))}";
    }

    /// <summary>A run for one failure is that of a learner that saw no other.</summary>
    [Fact]
    public void Given_two_ways_to_go_on_when_one_is_taken_then_the_other_leaves_no_trace_in_it()
    {
        var model = ForecastModel.All(288).Single(model => model.Name == "hybrid");
        var task = new ForecastTask();
        double[] history = [.. Enumerable.Range(0, 400).Select(bin => 100 + (10 * Math.Sin(bin / 20.0)))];
        double[] up = [.. history, .. Enumerable.Repeat(500.0, 50)];
        double[] down = [.. history, .. Enumerable.Repeat(5.0, 50)];
        var run = new LinkRun(model, task, 1, new FleetWorkspaces(), history);

        var first = run.GoOn(up);
        run.GoOn(down);

        Assert.Equal(first, run.GoOn(up));
        var direct = ForecasterRegistration.Create(model.Choice, task, 1, new FleetWorkspaces());
        var forecasts = new double[3];
        for (var bin = 0; bin < up.Length; bin++)
        {
            direct.Learn([up[bin]]);
            direct.Predict(forecasts);
            Assert.Equal([first[0][bin], first[1][bin], first[2][bin]], forecasts);
        }
    }

    [Fact]
    public void Given_a_result_when_it_is_written_then_there_are_tables_of_each_class_and_horizon_and_plots()
    {
        var result = Run(Small);
        var folder = Directory.CreateTempSubdirectory("link-failure").FullName;
        try
        {
            new LinkFailurePlots(result).Write(folder);
            var markdown = new LinkFailureReport(result).Markdown();
            var json = LinkFailureJson.Of(result);

            var classes = new LinkFailureReport(result).Classes;
            Assert.Equal([ShiftClass.Drastic, ShiftClass.Moderate], classes);
            Assert.All(classes, shift => Assert.Contains($"### {shift} shifts, 60 minutes ahead", markdown, StringComparison.Ordinal));
            Assert.All(result.Models, model => Assert.Contains($"| {model.Name} |", markdown, StringComparison.Ordinal));
            Assert.DoesNotContain("NaN", markdown, StringComparison.Ordinal);
            Assert.Equal((2 * 3) + 1, Directory.GetFiles(folder, "*.png").Length);
            Assert.All(Directory.GetFiles(folder, "*.png"), file => Assert.Equal([0x89, 0x50, 0x4E, 0x47], File.ReadAllBytes(file)[..4]));
            Assert.Equal(2 * 3 * result.Models.Count * FailurePeriod.All.Count, ((JsonArray)json["rows"]!).Count);
            Assert.NotEmpty((JsonArray)json["comparisons"]!);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Given_what_cannot_be_run_when_it_is_asked_for_then_the_message_says_what_is_expected()
    {
        Assert.Contains("hybrid", Assert.Throws<UsageException>(() => new LinkFailureExperiment(Small with { Models = ["hybird"] })).Message, StringComparison.Ordinal);
        Assert.Contains("found", Assert.Throws<UsageException>(() => Run(Small with { Failures = 50 })).Message, StringComparison.Ordinal);
    }

    private static LinkFailureResult Run(LinkFailureSettings settings) => new LinkFailureExperiment(settings).Run(_ => { }, CancellationToken.None);
}
