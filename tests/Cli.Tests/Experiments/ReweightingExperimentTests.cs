using StreamLearn.Cli.Commands;
using StreamLearn.Cli.Experiments;
using StreamLearn.Cli.Experiments.Reweighting;
using StreamLearn.Learners.Reweighting;

namespace StreamLearn.Cli.Tests.Experiments;

public sealed class ReweightingExperimentTests
{
    public static TheoryData<string, ReweightingStrategy, double> Rows => new()
    {
        { "no noise", ReweightingStrategy.LinUpper, 1 },
        { "label noise 0.05", ReweightingStrategy.Uniform, 1 },
        { "label noise 0.05", ReweightingStrategy.LinUpper, 0.4 },
        { "label noise 0.05", ReweightingStrategy.Extremes, 0.4 },
        { "2 % outliers", ReweightingStrategy.Uniform, 1 },
        { "2 % outliers", ReweightingStrategy.LinUpper, 0.4 },
        { "2 % outliers", ReweightingStrategy.Quadratic, 0.4 },
    };

    /// <summary>The specification's table, section 2.3: means of 10 seeds of another generator, met within two standard deviations of one seed here.</summary>
    [Theory]
    [MemberData(nameof(Rows))]
    public void Given_the_linear_regression_of_the_specification_when_it_is_run_then_its_table_is_met(string world, ReweightingStrategy strategy, double temperature)
    {
        var arm = new ReweightingArm(strategy, temperature);
        var found = LinearWorld.All.Single(other => other.Name == world);
        var runs = new (double Early, double Last)[10];
        Parallel.For(0, runs.Length, seed => runs[seed] = LinearRun.Of(found, arm.Constant(LinearRun.Steps), 0.03, 1 + (ulong)seed));

        foreach (var (step, loss) in new[]
                 {
                     (LinearRun.EarlyStep, Spread.Of([.. runs.Select(run => run.Early)])), (LinearRun.Steps, Spread.Of([.. runs.Select(run => run.Last)])),
                 })
        {
            if (LinearStudy.PublishedLoss(new LinearScore(found, arm, step, 0.03, false, loss)) is { } published)
            {
                Assert.InRange(published, loss.Mean - (2 * loss.Deviation), loss.Mean + (2 * loss.Deviation));
            }
        }
    }

    [Fact]
    public void Given_the_rows_when_their_names_are_listed_then_each_stands_once_and_uniform_is_the_first()
    {
        Assert.Equal(ReweightingArm.All.Count, ReweightingArm.All.Select(arm => arm.Name).Distinct().Count());
        Assert.Equal("uniform", ReweightingArm.All[0].Name);
        Assert.Contains(ReweightingArm.All, arm => arm.Name == "lin-upper, r = 0.4, then uniform");
    }

    [Fact]
    public void Given_a_schedule_when_a_run_has_so_many_steps_then_a_twentieth_is_uniform_and_a_fifth_has_come_down()
    {
        var options = new ReweightingArm(ReweightingStrategy.LinUpper, 0.4, ReturnsToUniform: true).Scheduled(2000).Temperature;

        Assert.Equal(double.PositiveInfinity, options.At(99));
        Assert.Equal(10, options.At(100), 1e-9);
        Assert.Equal(0.4, options.At(400), 1e-9);
        Assert.Equal(0.4, options.At(1599), 1e-9);
        Assert.Equal(double.PositiveInfinity, options.At(1600));
    }

    [Fact]
    public void Given_a_part_that_there_is_not_when_it_is_asked_for_then_the_message_names_those_that_there_are()
    {
        var problem = Assert.Throws<UsageException>(() => ReweightingExperiment.Run(["linaer"], new ReweightingStudySettings { Folder = "." }, _ => { }, default));

        Assert.Contains("--part is 'linaer'; expected one of linear", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_values_when_their_spread_is_told_then_it_is_mean_and_population_deviation_and_what_is_not_finite_has_diverged()
    {
        Assert.Equal("2.0 ± 1.0", Spread.Of([1, 3]).Text("0.0"));
        Assert.Equal("diverged", Spread.Of([1, double.PositiveInfinity]).Text("0.0"));
        Assert.Equal("diverged", Spread.Of([]).Text("0.0"));
    }
}
