using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Language;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Supervised;
using StreamLearn.Learners.Tests.Bandits;
using StreamLearn.Learners.Tests.Supervised;

namespace StreamLearn.Learners.Tests.Conformance;

/// <summary>That no learner escapes the suite.</summary>
public sealed class ConformanceRowsTests
{
    [Fact]
    public void Given_the_catalog_When_rows_are_made_Then_each_learner_has_one_in_the_suite_of_its_task()
    {
        var here = TaskAdapters.Learners.Select(learner => (learner.Task, learner.Kind)).ToList();
        var ofBandits = BanditRows.Learners.Select(learner => (learner.Task, learner.Kind));
        var supervised = SupervisedRows.Learners.Select(learner => (learner.Task, learner.Kind));

        // LanguageFleetTests drives these.
        var ofTexts = LanguageCatalog.All.Select(learner => (learner.Task, learner.Kind));

        Assert.NotEmpty(here);
        Assert.Equal(LearnerCatalog.All.Select(learner => (learner.Task, learner.Kind)).Order(), here.Concat(ofBandits).Concat(supervised).Concat(ofTexts).Order());
        Assert.Equal(here.Count, LearnerRows.All().Count);
    }

    [Fact]
    public void Given_the_catalog_When_names_are_compared_Then_each_is_there_once_and_is_found()
    {
        Assert.Distinct(LearnerCatalog.All.Select(learner => (learner.Task, learner.Kind)));
        Assert.All(LearnerCatalog.All, learner => Assert.Same(learner, LearnerCatalog.Find(learner.Task, learner.Kind)));
        Assert.All(
            LearnerCatalog.All, learner => Assert.Contains(learner.Kind, LearnerCatalog.KindsOf(learner.Task), StringComparison.Ordinal));
    }

    [Fact]
    public void Given_the_learners_of_the_assembly_When_they_are_looked_for_Then_all_are_in_the_catalog()
    {
        foreach (var adapter in TaskAdapters.All)
        {
            var listed = LearnerCatalog.All.Where(learner => learner.Task == adapter.Task).Select(adapter.TypeOf).Distinct();
            var written = typeof(LearnerCatalog).Assembly.GetTypes()
                .Where(type => !type.IsAbstract && type.IsAssignableTo(adapter.Contract));

            Assert.Equal(written.OrderBy(type => type.FullName), listed.OrderBy(type => type.FullName));
        }

        var listedBandits = BanditCatalog.All
            .Select(learner => learner.Create(new BanditTask { Actions = ["a"] }, OptionSet.Defaults, 1, new FleetWorkspaces()).GetType()).Distinct();
        var writtenBandits = typeof(LearnerCatalog).Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(IBanditLearner)));

        Assert.Equal(writtenBandits.OrderBy(type => type.FullName), listedBandits.OrderBy(type => type.FullName));

        var listedSupervised = SupervisedCatalog.All
            .Select(learner => learner.Create(new SupervisedTask { Name = learner.Task }, OptionSet.Defaults, 1, new FleetWorkspaces()).GetType()).Distinct();
        var writtenSupervised = typeof(LearnerCatalog).Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(ISupervisedLearner)));

        Assert.Equal(writtenSupervised.OrderBy(type => type.FullName), listedSupervised.OrderBy(type => type.FullName));
    }

    [Fact]
    public void Given_a_task_that_the_suite_does_not_know_When_an_adapter_is_looked_for_Then_it_says_what_to_do()
    {
        var missing = Assert.Throws<InvalidOperationException>(() => TaskAdapters.For("astrology"));

        Assert.Contains("'astrology'", missing.Message, StringComparison.Ordinal);
    }
}
