using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Tests;

public sealed class LearnerChoiceTests
{
    [Fact]
    public void Given_a_name_in_the_catalog_When_it_is_chosen_Then_its_defaults_apply()
    {
        var choice = LearnerChoice.Named("forecast", "last-value");

        Assert.Equal("last-value", choice.Registration.Kind);
        Assert.Empty(choice.Options.Names);
    }

    [Theory]
    [InlineData("forecast", "crystal-ball")]
    [InlineData("bandit", "last-value")]
    [InlineData("forecast", "Last-Value")]
    public void Given_a_name_that_is_not_there_When_it_is_chosen_Then_the_refusal_names_path_name_and_what_there_is(
        string task, string kind)
    {
        var refusal = Assert.Throws<OptionException>(() => LearnerChoice.Named(task, kind, "pipelines.x.learner"));

        Assert.Equal($"pipelines.x.learner is '{kind}'; expected a learner of the task {task}: {LearnerCatalog.KindsOf(task)}.", refusal.Message);
    }
}
