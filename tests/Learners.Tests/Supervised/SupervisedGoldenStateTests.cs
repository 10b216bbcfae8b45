using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Supervised;
using StreamLearn.Learners.Tests.Conformance;

namespace StreamLearn.Learners.Tests.Supervised;

/// <summary>What <see cref="GoldenStateTests"/> is for learners of series: that states which earlier versions have stored can be read. One that is in a
/// release is never written again.</summary>
public sealed class SupervisedGoldenStateTests
{
    private const string Key = "a";

    public static TheoryData<string> Kinds => [.. SupervisedCatalog.All.Select(learner => learner.Kind)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Given_a_stored_state_When_it_is_loaded_Then_it_is_all_there_and_learning_goes_on(string kind)
    {
        var registration = SupervisedCatalog.All.Single(learner => learner.Kind == kind);
        var task = registration.Task;
        var of = task == SupervisedTask.Classify ? SupervisedStream.Growing : SupervisedStream.Numbers;

        // With all that a state can have.
        (string, string)[] settings = registration.Options.ContainsKey("batch")
            ? [("hidden", "4"), ("batch", "3"), ("optimizer", "adam"), ("replay", task == SupervisedTask.Classify ? "class-balanced" : "loss-prioritized"), ("replay-capacity", "9")]
            : [];
        var plan = SupervisedStream.Plan(of, SupervisedStream.Choice(task, kind, settings));
        if (GoldenFile.Writing)
        {
            var fleet = new SupervisedFleetUnderTest(plan);
            fleet.Process(SupervisedStream.Of(of, [Key], 80));
            GoldenFile.Write(task, kind, fleet.SaveKey(Key));
        }

        var stored = GoldenFile.Read(task, kind);
        var loaded = new SupervisedFleetUnderTest(plan);
        loaded.LoadKey(Key, stored);
        Assert.True(stored.AsSpan().SequenceEqual(loaded.SaveKey(Key)), "What was loaded is not what is saved.");
        var before = loaded.ReportOf(Key);

        // Later, without ids.
        var feed = new SupervisedFeed();
        var random = new Random(4);
        for (var i = 0; i < 30; i++)
        {
            SupervisedStream.Labelled(feed, of, Key, SupervisedStream.Start + 1_000_000 + i, "", SupervisedStream.Features(random));
        }

        var answers = loaded.Process(feed);

        Assert.All(answers.Statuses, status => Assert.Equal(ExampleStatus.Predicted, status));
        Assert.Equal(before.Learned + 30, loaded.ReportOf(Key).Learned);
        Assert.All(answers.Lists.Concat(answers.Values), number => Assert.True(double.IsFinite(number)));
    }
}
