using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Language;
using StreamLearn.Learners.Measures;
using StreamLearn.Learners.Supervised;
using StreamLearn.Learners.Tests.Bandits;
using StreamLearn.Learners.Tests.Forecasting;
using StreamLearn.Learners.Tests.Language;
using StreamLearn.Learners.Tests.Supervised;

namespace StreamLearn.Learners.Tests.Measures;

/// <summary>That the tables of measures say what is measured.</summary>
public sealed class MeasureTableTests
{
    public static TheoryData<string> Tasks => [.. TaskMeasures.Tasks];

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Given_a_task_when_its_measures_are_read_then_they_are_those_of_its_table(string task)
    {
        var measures = MeasuresOf(task);

        Assert.Equal(TaskMeasures.Of(task).ToHashSet(), measures.Values().Select(value => value.Measure).ToHashSet());
        Assert.Distinct(TaskMeasures.Of(task).Select(measure => (measure.Scope, measure.Name)));
        Assert.Distinct(measures.Values().Select(value => (value.Measure, value.Learner, value.Horizon)));
    }

    [Fact]
    public void Given_no_task_of_that_name_when_its_measures_are_asked_for_then_it_is_said_which_there_are() =>
        Assert.Contains("forecast, bandit", Assert.Throws<ArgumentOutOfRangeException>(() => TaskMeasures.Of("cook")).Message, StringComparison.Ordinal);

    private static TaskMeasures MeasuresOf(string task)
    {
        if (task == "forecast")
        {
            var run = new SeriesRun(new(), SeriesRun.Learner("last-value"));
            run.Feed("a", new Noise(1).Take(30));
            return run.Fleet.Measure(KeySelection.None).Total;
        }

        if (task is SupervisedTask.Classify or SupervisedTask.Regress)
        {
            var supervised = task == SupervisedTask.Classify ? SupervisedStream.Fixed : SupervisedStream.Numbers;
            var learners = new SupervisedFleetUnderTest(SupervisedStream.PlanOfAll(supervised, task == SupervisedTask.Classify ? "mlp-classifier" : "mlp-regressor"));
            learners.Process(SupervisedStream.Of(supervised, ["a"], 60));
            return learners.Fleet.Measure(KeySelection.None).Total;
        }

        if (task == LanguageTask.Name)
        {
            using var texts = new TextFleet(TextFleet.PlanOf(new LanguageTask { Context = 16 }, TextFleet.Gpt()));
            texts.Process(TextFeed.Mixed(20));
            return texts.Fleet.Measure(KeySelection.None).Total;
        }

        var plan = new BanditPlan(BanditStream.Fixed, [LearnerChoice.Named("bandit", "uniform")], seed: 1, maxKeys: 100);
        var fleet = new BanditFleetUnderTest(plan);
        fleet.Process(BanditStream.Of(plan.Task, ["a"], 40));
        return fleet.Fleet.Measure(KeySelection.None).Total;
    }
}
