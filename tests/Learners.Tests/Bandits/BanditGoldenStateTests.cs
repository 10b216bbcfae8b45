using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Tests.Conformance;

namespace StreamLearn.Learners.Tests.Bandits;

/// <summary>What <see cref="GoldenStateTests"/> is for learners of series: that states which earlier versions have stored can be read. One that is in a
/// release is never written again.</summary>
public sealed class BanditGoldenStateTests
{
    private const string Key = "a";
    private const int Rounds = 60;

    public static TheoryData<string> Kinds => [.. BanditCatalog.All.Select(learner => learner.Kind)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Given_a_stored_state_When_it_is_loaded_Then_it_is_all_there_and_learning_goes_on(string kind)
    {
        var plan = new BanditPlan(BanditStream.Fixed, [LearnerChoice.Named(BanditTask.Name, kind)], seed: 1, maxKeys: 10);
        var feed = BanditStream.Of(BanditStream.Fixed, [Key], Rounds);
        if (GoldenFile.Writing)
        {
            var fleet = new BanditFleetUnderTest(plan);
            fleet.Process(feed);
            GoldenFile.Write(BanditTask.Name, kind, fleet.SaveKey(Key));
        }

        var stored = GoldenFile.Read(BanditTask.Name, kind);
        var loaded = new BanditFleetUnderTest(plan);
        loaded.LoadKey(Key, stored);
        Assert.True(stored.AsSpan().SequenceEqual(loaded.SaveKey(Key)), "What was loaded is not what is saved.");
        var before = loaded.ReportOf(Key);

        // Later, with ids of its own.
        var next = new BanditFeed();
        for (var round = 0; round < 30; round++)
        {
            next.Context(Key, BanditStream.Start + 1_000_000 + round, $"later-{round}", new BanditContext(3, [1, 2]));
            next.Feedback(Key, BanditStream.Start + 1_000_000 + round, $"later-{round}", 0.5);
        }

        var predictions = loaded.Process(next);

        Assert.Equal(30, predictions.Statuses.Count(status => status == ExampleStatus.Predicted));
        Assert.Equal(before.Learned + before.Waiting + 30, loaded.ReportOf(Key).Learned);
        Assert.All(predictions.Lists, number => Assert.True(double.IsFinite(number), $"{number} is not finite."));
    }
}
