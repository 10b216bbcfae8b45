using System.Buffers;
using MessagePack;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Tests.Bandits;
using StreamLearn.Learners.Tests.Bandits.Worlds;

namespace StreamLearn.Learners.Tests.Averaging;

/// <summary>The learners of which replicas can be averaged.</summary>
public sealed class AveragedLearnerTests
{
    private static readonly ReplicaOptions Options = new() { Every = 50 };

    public static TheoryData<string> Averaged => [.. BanditCatalog.All.Where(learner => learner.IsAveraged).Select(learner => learner.Kind)];

    [Fact]
    public void Given_the_catalogue_When_its_learners_are_made_Then_it_says_which_can_be_averaged_and_a_plan_refuses_the_others()
    {
        Assert.All(BanditCatalog.All, registration =>
        {
            var learner = BanditUnderTest.Learn(registration.Kind, BanditWorld.Fixed, new Dictionary<string, string>());
            Assert.Equal(registration.IsAveraged, learner is IAveragedLearner);
            if (!registration.IsAveraged)
            {
                var refusal = Assert.Throws<OptionException>(() => Plan(BanditWorld.Fixed, registration.Kind));
                Assert.Equal("p.replicas.enabled", refusal.Path);
                Assert.Contains(registration.Kind, refusal.Message, StringComparison.Ordinal);
                Assert.Contains("neu-fast-cb", refusal.Expected, StringComparison.Ordinal);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Averaged))]
    public void Given_a_learner_that_has_learned_When_what_is_common_moves_Then_parameters_and_good_state_go_along_and_its_state_can_be_loaded(string kind)
    {
        foreach (var task in BanditWorld.Tasks.Values)
        {
            var player = BanditUnderTest.Create(kind, task);
            player.Play(BanditWorld.Rounds(task, 60));
            var learner = (IAveragedLearner)player.Learner;
            player.Learner.KeepGood();
            var before = learner.Parameters.ToArray();
            Assert.Equal(before.Length, learner.Layout.Count);
            var after = before.Select((parameter, at) => at % 3 == 0 ? -parameter : parameter * 0.5f).ToArray();
            const int From = 16;

            learner.Move(From, before.AsSpan(From), after.AsSpan(From));

            Assert.Equal([.. before[..From], .. after[From..]], learner.Parameters.ToArray());
            player.Learner.ReturnToGood();
            Assert.Equal([.. before[..From], .. after[From..]], learner.Parameters.ToArray());
            var other = BanditUnderTest.Create(kind, task);
            other.Load(player.Save());
            Assert.Equal(player.Save(), other.Save());

            // However far it is sent.
            learner.Move(0, new float[before.Length], [.. Enumerable.Repeat(float.MaxValue, before.Length)]);
            other.Load(player.Save());
            player.Play(BanditWorld.Rounds(task, 5, seed: 2));
            Assert.All(player.Costs, cost => Assert.True(double.IsFinite(cost)));
        }
    }

    [Fact]
    public void Given_fleets_of_replicas_When_they_learn_their_shares_Then_they_contribute_however_the_records_are_cut_and_state_goes_on_in_the_middle()
    {
        const string Key = "offers";
        var plan = Plan(BanditStream.Fixed, "linear-square-cb");
        var feed = BanditStream.Of(BanditStream.Fixed, [Key], rounds: 400);
        var (whole, parts) = (new BanditFleet(plan, 5, replica: 1), new BanditFleet(plan, 5, replica: 1));
        var all = Process(whole, feed.Batch());
        var cut = feed.Batches(Enumerable.Range(1, feed.Count / 7).Select(part => part * 7).Where(part => part < feed.Count)).SelectMany(batch =>
        {
            // Every other time from what was stored.
            if (batch.Offsets[0] % 14 == 0 && parts.Keys > 0)
            {
                var state = Save(parts, Key);
                parts = new BanditFleet(plan, 5, replica: 1);
                parts.LoadKey("offers"u8, state);
            }

            return Process(parts, batch).Contributions.Select(contribution => contribution.Bytes);
        }).ToArray();

        // Two wait for an average that never comes.
        Assert.Equal(all.Contributions.Select(contribution => contribution.Bytes), cut);
        Assert.Equal([1L, 2L], cut.Select(bytes => Contribution.TryDecode(bytes)!.Sequence));
        Assert.All(cut, bytes => Assert.Equal(1, Contribution.TryDecode(bytes)!.Replica));
        Assert.Equal(Save(whole, Key), Save(parts, Key));

        var average = new ReplicaAverage(
            0, 7, -1, [new AverageMember(0, 1), new AverageMember(1, 1)], new float[Contribution.TryDecode(cut[0])!.Values.Length]);
        var averages = new BanditFeed().Add(Key, 0, average.Encode(), ExampleKind.Average).Add(Key, 0, [1], ExampleKind.Average).Forget(Key);
        Assert.Equal([ExampleStatus.Averaged, ExampleStatus.Unusable, ExampleStatus.Unusable], Process(whole, averages.Batch()).Statuses);

        // A replica without records is begun by an average.
        var idle = new BanditFleet(plan, 5, replica: 2);
        Assert.Equal(ExampleStatus.Averaged, Process(idle, averages.Batch(0, 1)).Statuses[0]);
        Assert.Equal(1, idle.Keys);
        Assert.Throws<StateFormatException>(() => new BanditFleet(new BanditPlan(
            BanditStream.Fixed, plan.Learners, 1, 5), 5).LoadKey("offers"u8, Save(whole, Key)));
    }

    [Fact]
    public void Given_a_fleet_without_replicas_When_an_average_comes_Then_it_is_unusable() =>
        Assert.Equal(
            ExampleStatus.Unusable,
            Process(new BanditFleet(new BanditPlan(BanditStream.Fixed, [Choice("uniform")], 1, 5), 5), new BanditFeed().Add("k", 0, [1], ExampleKind.Average).Batch())
                .Statuses[0]);

    private static BanditPlan Plan(BanditTask task, string kind) => new(task, [Choice(kind)], 1, 5, replicas: Options, replicasPath: "p.replicas");

    private static LearnerChoice Choice(string kind) => new(BanditCatalog.Find(kind)!, new OptionSet("learner", new Dictionary<string, string>()));

    private static PredictionBatch Process(BanditFleet fleet, ExampleBatch examples)
    {
        var predictions = PredictionBatch.Allocate(examples.Count, fleet.PredictionWidth);
        fleet.Process(examples, 0, predictions);
        return predictions;
    }

    private static byte[] Save(BanditFleet fleet, string key)
    {
        var buffer = new ArrayBufferWriter<byte>();
        fleet.SaveKey(System.Text.Encoding.UTF8.GetBytes(key), buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
