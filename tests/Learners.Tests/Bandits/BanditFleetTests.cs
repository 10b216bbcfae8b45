using System.Text;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Joining;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Bandits;

public sealed class BanditFleetTests
{
    private const string Key = "k";
    private const long Start = BanditStream.Start;

    private static readonly string[] Own = ["neu-fast-cb", "linear-square-cb", "uniform"];
    private static readonly string[] Keys = ["a", "b", "a longer key, as the names of flows are"];

    public static TheoryData<string> Kinds => [.. BanditCatalog.All.Select(learner => learner.Kind)];

    public static TheoryData<string> UnusablePayloads => [.. Unusable.Keys];

    private static Dictionary<string, byte[]> Unusable { get; } = new()
    {
        ["nothing"] = [],
        ["text"] = "{\"id\": 1}"u8.ToArray(),
        ["cut off"] = Good()[..^1],
        ["going on"] = [.. Good(), 0],
        ["of no kind"] = [9, .. Good().AsSpan(1)],
        ["one action fewer"] = BanditFeed.PayloadOfContext("i", new BanditContext(2, [1, 2])),
        ["one action more"] = BanditFeed.PayloadOfContext("i", new BanditContext(4, [1, 2])),
        ["one feature fewer"] = BanditFeed.PayloadOfContext("i", new BanditContext(3, [1])),
        ["features of actions"] = BanditFeed.PayloadOfContext("i", new BanditContext(3, [1, 2], [1, 2, 3])),
        ["all masked"] = BanditFeed.PayloadOfContext("i", new BanditContext(3, [1, 2], [], [0, 0, 0])),
        ["NaN feature"] = BanditFeed.PayloadOfContext("i", new BanditContext(3, [1, float.NaN])),
        ["infinite feature"] = BanditFeed.PayloadOfContext("i", new BanditContext(3, [float.NegativeInfinity, 1])),
        ["NaN feedback"] = BanditFeed.PayloadOfFeedback("i", double.NaN),
        ["infinite feedback"] = BanditFeed.PayloadOfFeedback("i", double.PositiveInfinity),
        ["feedback below"] = BanditFeed.PayloadOfFeedback("i", -0.001),
        ["feedback above"] = BanditFeed.PayloadOfFeedback("i", 1.001),
        ["huge feedback"] = BanditFeed.PayloadOfFeedback("i", double.MaxValue),
        ["unknown action"] = BanditFeed.PayloadOfLogged("i", new BanditContext(3, [1, 2]), 3, 0.5, 0.5),
        ["negative action"] = BanditFeed.PayloadOfLogged("i", new BanditContext(3, [1, 2]), -1, 0.5, 0.5),
        ["masked action"] = BanditFeed.PayloadOfLogged("i", new BanditContext(3, [1, 2], [], [0, 1, 1]), 0, 0.5, 0.5),
        ["no probability"] = BanditFeed.PayloadOfLogged("i", new BanditContext(3, [1, 2]), 0, 0, 0.5),
        ["probability above 1"] = BanditFeed.PayloadOfLogged("i", new BanditContext(3, [1, 2]), 0, 1.01, 0.5),
        ["NaN probability"] = BanditFeed.PayloadOfLogged("i", new BanditContext(3, [1, 2]), 0, double.NaN, 0.5),
        ["logged feedback above"] = BanditFeed.PayloadOfLogged("i", new BanditContext(3, [1, 2]), 0, 0.5, 1.5),
        ["logged NaN feedback"] = BanditFeed.PayloadOfLogged("i", new BanditContext(3, [1, 2]), 0, 0.5, double.NaN),
    };

    [Theory]
    [InlineData(true, 10)]
    [InlineData(false, 10)]
    [InlineData(true, 2)]
    public void Given_any_cuts_into_chunks_When_records_come_Then_decisions_and_state_are_the_same_bits(bool areFixed, int maxKeys)
    {
        var plan = Plan(areFixed ? BanditStream.Fixed : BanditStream.PerContext);
        var feed = BanditStream.Of(plan.Task, Keys, 120).Forget("b").Repeat();
        var random = new Random(4711);
        var whole = new BanditFleetUnderTest(plan, maxKeys);
        var expected = whole.Process(feed);
        for (var round = 0; round < 12; round++)
        {
            var share = random.NextDouble();
            var cuts = Enumerable.Range(1, feed.Count - 1).Where(_ => round == 0 || random.NextDouble() < share).ToArray();
            var fleet = new BanditFleetUnderTest(plan, maxKeys);
            var answers = feed.Batches(cuts).Select(fleet.Process).ToArray();
            AssertSameRows(expected, answers);
            Assert.Equal(expected.Evictions.Count, answers.Sum(answer => answer.Evictions.Count));
            BanditFleetUnderTest.AssertSame(whole.Save(), fleet.Save());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Given_other_keys_in_the_fleet_When_records_come_Then_the_decisions_of_a_key_are_the_same_bits(bool areFixed)
    {
        var plan = Plan(areFixed ? BanditStream.Fixed : BanditStream.PerContext);
        var feed = BanditStream.Of(plan.Task, Keys, 120);
        var crowded = new BanditFleetUnderTest(plan);
        var together = crowded.Process(feed);
        foreach (var key in Keys)
        {
            var alone = new BanditFleetUnderTest(plan);
            var batch = feed.BatchOf(key);
            var answer = alone.Process(batch);

            Assert.All(
                Enumerable.Range(0, batch.Count),
                row => Assert.Equal(Bits(together.List((int)batch.Offsets[row])), Bits(answer.List(row))));
            Assert.Equal(crowded.SaveKey(key), alone.SaveKey(key));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Given_state_stored_and_loaded_at_random_When_records_come_Then_nothing_changes(bool areFixed)
    {
        var plan = Plan(areFixed ? BanditStream.Fixed : BanditStream.PerContext);
        var feed = BanditStream.Of(plan.Task, Keys, 120);
        var random = new Random(11);
        var whole = new BanditFleetUnderTest(plan);
        var expected = whole.Process(feed);
        var restarted = new BanditFleetUnderTest(plan);
        var answers = new List<PredictionBatch>();
        foreach (var batch in feed.Batches([.. Enumerable.Range(1, feed.Count - 1).Where(_ => random.Next(20) == 0)]))
        {
            answers.Add(restarted.Process(batch));
            restarted.Restart();
        }

        AssertSameRows(expected, answers);
        BanditFleetUnderTest.AssertSame(whole.Save(), restarted.Save());
    }

    [Fact]
    public void Given_a_tombstone_When_the_key_returns_Then_it_starts_afresh_and_feedback_on_what_was_before_is_unknown()
    {
        var task = BanditStream.Fixed with { Join = new JoinOptions { Early = JoinPolicy.DeadLetter } };
        var fleet = new BanditFleetUnderTest(Plan(task));
        fleet.Process(BanditStream.Of(task, [Key], 50).Context(Key, Start, "before", Plain()).Forget(Key));
        Assert.Equal(0, fleet.Fleet.Keys);
        Assert.Equal([ExampleStatus.UnknownDecision], fleet.Process(new BanditFeed().Feedback(Key, Start, "before", 1)).Statuses);
        var fresh = new BanditFleetUnderTest(Plan(task));
        var feed = BanditStream.Of(task, [Key], 60, seed: 2);

        AssertSameRows(fresh.Process(feed), [fleet.Process(feed)]);
        BanditFleetUnderTest.AssertSame(fresh.Save(), fleet.Save());
    }

    [Fact]
    public void Given_a_full_fleet_When_another_key_comes_Then_the_one_that_was_idle_longest_makes_room()
    {
        var plan = Plan(BanditStream.Fixed);
        var fleet = new BanditFleetUnderTest(plan, maxKeys: 2);
        fleet.Process(BanditStream.Of(plan.Task, ["a", "b"], 30));
        fleet.Process(new BanditFeed().Context("b", Start + 40_000, "x", Plain()).Context("a", Start + 40_000, "x", Plain()));

        var answer = fleet.Process(new BanditFeed()
            .Feedback("c", Start, "i", double.NaN).Context("c", Start, "i", Plain()).Context("b", Start, "i", Plain()));

        Assert.Equal([ExampleStatus.Unusable, ExampleStatus.Predicted, ExampleStatus.Predicted], answer.Statuses);
        Assert.Equal([1, 2], answer.Evictions);
        Assert.Equal(["b", "c"], fleet.Fleet.Report().Select(report => Encoding.UTF8.GetString(report.Key)));
        Assert.Equal(1, fleet.ReportOf("b").Records);
    }

    [Fact]
    public void Given_copies_of_records_When_they_come_again_Then_they_are_passed_over()
    {
        var plan = Plan(BanditStream.Fixed);
        var once = new BanditFleetUnderTest(plan);
        var twice = new BanditFleetUnderTest(plan);
        var random = new Xoshiro256(3);
        for (var i = 0; i < 40; i++)
        {
            var feed = new BanditFeed();
            _ = i % 2 == 0 ? feed.Context(Key, i, $"{i}", BanditStream.Context(plan.Task, random)) : feed.Feedback(Key, i, $"{i - 1}", 0.5);
            var first = once.Process(feed);
            var answer = twice.Process(feed.Repeat());

            Assert.Equal([first.Statuses[0], ExampleStatus.Repeated], answer.Statuses);
            Assert.Equal(Bits(first.List(0)), Bits(answer.List(0)));
            Assert.Empty(answer.List(1).ToArray());
        }

        BanditFleetUnderTest.AssertSame(once.Save(), twice.Save());
    }

    [Theory]
    [MemberData(nameof(UnusablePayloads))]
    public void Given_a_payload_that_does_not_fit_When_it_comes_Then_it_is_refused_and_changes_nothing(string what)
    {
        foreach (var early in Enum.GetValues<JoinPolicy>())
        {
            var task = BanditStream.Fixed;
            var fleet = new BanditFleetUnderTest(Plan(task with { Join = task.Join with { Early = early } }));
            fleet.Process(BanditStream.Of(task, [Key], 30));
            var before = fleet.Save();
            fleet.Fleet.TakeChanges();

            // A later time too: a record that is refused does not move time.
            var answer = fleet.Process(new BanditFeed().Add(Key, Start + 1_000_000, Unusable[what]).Add("new", Start, Unusable[what]));

            Assert.Equal([ExampleStatus.Unusable, ExampleStatus.Unusable], answer.Statuses);
            Assert.True(answer.Statuses[0].IsRefusal());
            Assert.Empty(answer.Lists);
            Assert.Equal([0, 0], answer.ModelVersions);
            Assert.Empty(fleet.Fleet.TakeChanges());
            BanditFleetUnderTest.AssertSame(before, fleet.Save());
        }
    }

    [Fact]
    public void Given_examples_without_payloads_When_they_come_Then_they_are_refused_as_a_mistake_of_the_program()
    {
        var fleet = new BanditFleetUnderTest(Plan(BanditStream.Fixed));

        Assert.Throws<ArgumentException>(() => fleet.Process(new ExampleBatch([1], [1], [ExampleKind.Example], [], [0], [], 0)));
        Assert.Throws<ArgumentException>(() => fleet.Process(new ExampleBatch([1], [1], [ExampleKind.Example], [], [0], [1], 1)));
    }

    [Theory]
    [InlineData(JoinPolicy.Drop, ExampleStatus.Dropped)]
    [InlineData(JoinPolicy.DeadLetter, ExampleStatus.UnknownDecision)]
    [InlineData(JoinPolicy.Hold, ExampleStatus.Dropped)]
    public void Given_a_full_fleet_When_feedback_of_an_unknown_key_comes_Then_no_key_is_made_and_none_makes_room(
        JoinPolicy early, ExampleStatus expected)
    {
        var fleet = new BanditFleetUnderTest(Plan(BanditStream.Fixed with { Join = new JoinOptions { Early = early } }), maxKeys: 1);
        fleet.Process(new BanditFeed().Context(Key, Start, "i", Plain()));
        var before = fleet.Save();
        fleet.Fleet.TakeChanges();

        var answer = fleet.Process(new BanditFeed().Feedback("stranger", Start, "i", 0.5));

        Assert.Equal([expected], answer.Statuses);
        Assert.Empty(answer.Evictions);
        Assert.Empty(fleet.Fleet.TakeChanges());
        BanditFleetUnderTest.AssertSame(before, fleet.Save());

        // In a chunk after a context of the same new key it finds the key.
        answer = fleet.Process(new BanditFeed()
            .Feedback("new", Start, "i", 0.5).Context("new", Start, "i", Plain()).Feedback("new", Start, "i", 0.5));
        Assert.Equal([expected, ExampleStatus.Predicted, ExampleStatus.Learned], answer.Statuses);
    }

    [Fact]
    public void Given_feedback_that_waits_When_its_key_is_unknown_Then_the_key_is_made_and_the_decision_finds_it()
    {
        var fleet = new BanditFleetUnderTest(Plan(BanditStream.Fixed));

        var answer = fleet.Process(new BanditFeed().Feedback(Key, Start, "i", 0.5).Context(Key, Start, "i", Plain()));

        Assert.Equal([ExampleStatus.Held, ExampleStatus.Predicted], answer.Statuses);

        // The model that decided had learned nothing; now it has.
        Assert.Equal(0, answer.ModelVersions[1]);
        Assert.Equal(1, fleet.ReportOf(Key).Learned);
        Assert.Equal([1], fleet.Process(new BanditFeed().Context(Key, Start, "j", Plain())).ModelVersions);
    }

    [Fact]
    public void Given_feedback_late_or_lost_When_decisions_are_made_Then_the_version_is_the_number_of_costs_learned_before()
    {
        var task = BanditStream.Fixed with { Join = new JoinOptions { TimeToLiveMilliseconds = 100, MaxPending = 2, Missing = 0 } };
        var feed = new BanditFeed()
            .Context(Key, 0, "0", Plain()).Context(Key, 0, "1", Plain())

            // "0" makes room, then "1" has its feedback, then "2" is too old.
            .Context(Key, 1, "2", Plain()).Feedback(Key, 2, "1", 1).Context(Key, 2, "3", Plain()).Context(Key, 102, "4", Plain())
            .Feedback(Key, 102, "2", 1);

        var answer = new BanditFleetUnderTest(Plan(task)).Process(feed);

        Assert.Equal([0, 0, 1, 2, 2, 3, 3], answer.ModelVersions);
        Assert.Equal(ExampleStatus.Dropped, answer.Statuses[^1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Given_one_context_over_and_over_When_actions_are_drawn_Then_they_come_as_often_as_their_probabilities_say(int serial)
    {
        const int Draws = 20_000;
        var task = BanditStream.Fixed with { Actions = ["a", "b", "c", "d", "e", "f"], SharedFeatures = 1, Join = new JoinOptions { MaxPending = 5 } };
        var fleet = new BanditFleetUnderTest(new BanditPlan(task, [RecordingBandit.Choice([])], (ulong)serial, 1));
        var feed = new BanditFeed();
        for (var i = 0; i < Draws; i++)
        {
            feed.Context(Key, i, $"{i}", new BanditContext(6, [serial], [], [1, 1, 0, 1, 1, 1]));
        }

        var answer = fleet.Process(feed);

        var probabilities = answer.List(0)[1..].ToArray();
        var counts = new int[6];
        for (var i = 0; i < Draws; i++)
        {
            Assert.Equal(probabilities, answer.List(i)[1..].ToArray());
            counts[(int)answer.List(i)[0]]++;
        }

        Assert.Equal(0, probabilities[2]);
        Assert.Equal(1, probabilities.Sum(), 1e-12);
        var chiSquare = 0.0;
        for (var action = 0; action < 6; action++)
        {
            Assert.True(probabilities[action] > 0 || counts[action] == 0);
            chiSquare += probabilities[action] > 0 ? Math.Pow(counts[action] - (Draws * probabilities[action]), 2) / (Draws * probabilities[action]) : 0;
        }

        // 0.999 of all seeds stay below it with four degrees of freedom.
        Assert.InRange(chiSquare, 0, 18.47);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Given_any_learner_When_it_decides_Then_probabilities_sum_to_1_and_what_is_drawn_is_allowed_and_as_frequent(string kind)
    {
        foreach (var task in new[] { BanditStream.Fixed, BanditStream.PerContext })
        {
            if (!Fits(kind, task))
            {
                continue;
            }

            var fleet = new BanditFleetUnderTest(new BanditPlan(task, [LearnerChoice.Named("bandit", kind)], 5, 10));
            var random = new Xoshiro256(8);
            var (surplus, variance) = (0.0, 0.0);
            for (var i = 0; i < 300; i++)
            {
                var context = BanditStream.Context(task, random);
                var answer = fleet.Process(new BanditFeed().Context(Key, i, $"{i}", context));
                Assert.Equal([ExampleStatus.Predicted], answer.Statuses);
                var list = answer.List(0);
                Assert.Equal(1 + context.Actions, list.Length);
                var action = (int)list[0];
                var probabilities = list[1..];
                var sum = 0.0;
                for (var a = 0; a < probabilities.Length; a++)
                {
                    Assert.InRange(probabilities[a], 0, 1);
                    Assert.True(context.IsAllowed(a) || probabilities[a] == 0);
                    sum += probabilities[a];
                }

                Assert.Equal(1, sum, 1e-9);
                Assert.True(probabilities[action] > 0 && context.IsAllowed(action));

                // The first action that may be chosen, against how often it should be.
                var watched = context.IsAllowed(0) ? 0 : 1;
                surplus += (action == watched ? 1 : 0) - probabilities[watched];
                variance += probabilities[watched] * (1 - probabilities[watched]);
                fleet.Process(new BanditFeed().Feedback(Key, i, $"{i}", action == 0 ? 0.75 : 0.25));
            }

            Assert.InRange(surplus, (-4.5 * Math.Sqrt(variance)) - 1e-6, (4.5 * Math.Sqrt(variance)) + 1e-6);
            Assert.Equal((300, 300, 0), (fleet.ReportOf(Key).Decisions, fleet.ReportOf(Key).Learned, fleet.ReportOf(Key).Waiting));
        }
    }

    [Fact]
    public void Given_contexts_that_come_twice_When_they_are_refused_Then_nothing_is_drawn_and_later_decisions_are_the_same()
    {
        var plan = Plan(BanditStream.Fixed with { Join = new JoinOptions { Duplicates = JoinPolicy.DeadLetter } });
        var once = new BanditFleetUnderTest(plan);
        var twice = new BanditFleetUnderTest(plan);
        var random = new Xoshiro256(3);
        for (var i = 0; i < 60; i++)
        {
            var context = BanditStream.Context(plan.Task, random);
            var expected = once.Process(new BanditFeed().Context(Key, i, $"{i}", context));
            var answer = twice.Process(new BanditFeed().Context(Key, i, $"{i}", context).Context(Key, i, $"{i}", Plain()));
            Assert.Equal(ExampleStatus.DuplicateDecision, answer.Statuses[1]);
            Assert.Empty(answer.List(1).ToArray());
            Assert.Equal(Bits(expected.List(0)), Bits(answer.List(0)));
            if (i % 3 != 0)
            {
                once.Process(new BanditFeed().Feedback(Key, i, $"{i}", 0.5));
                twice.Process(new BanditFeed().Feedback(Key, i, $"{i}", 0.5));
            }
        }

        Assert.Equal(60, twice.ReportOf(Key).Decisions);
        Assert.Equal(60, twice.ReportOf(Key).Join.DuplicateDecisions);
    }

    [Fact]
    public void Given_logged_decisions_When_they_come_Then_they_are_learned_and_scored_and_nothing_is_decided()
    {
        var learned = new List<LearnedRound>();
        var decided = new List<DecidedRound>();
        var task = BanditStream.Fixed;
        var fleet = new BanditFleetUnderTest(
            new BanditPlan(task, [RecordingBandit.Choice(learned, decided), RecordingBandit.Choice([], taste: 4)], 1, 1));
        var random = new Xoshiro256(2);
        var costs = 0.0;
        for (var i = 0; i < 100; i++)
        {
            var context = new BanditContext(3, [i, (float)random.NextDouble()]);
            var (action, probability, reward) = (i % 3, (1 + (i % 4)) / 4.0, (i % 11) / 10.0);
            var answer = fleet.Process(new BanditFeed().Logged(Key, i, $"{i}", context, action, probability, reward));

            Assert.Equal([ExampleStatus.Learned], answer.Statuses);
            Assert.Empty(answer.Lists);
            Assert.Equal([i + 1], answer.ModelVersions);
            Assert.Equal(new LearnedRound(ContextText.Of(context), action, probability, 1 - reward), learned[^1]);
            costs += 1 - reward;
        }

        var report = fleet.ReportOf(Key);
        Assert.Equal((100, 0, 100, 0, costs), (report.Records, report.Decisions, report.Learned, report.Waiting, report.Cost));
        Assert.Equal(new JoinCounts { Joined = 100 }, report.Join);
        Assert.All(Enumerable.Range(0, 2), learner => Assert.Equal(100, fleet.Summary().EstimatesOf(learner).Count));

        // No number of the generator has been used up: the next decision draws what a new key's first one draws.
        var first = new BanditFleetUnderTest(new BanditPlan(task, [LearnerChoice.Named("bandit", "uniform")], 9, 1));
        var later = new BanditFleetUnderTest(new BanditPlan(task, [LearnerChoice.Named("bandit", "uniform")], 9, 1));
        later.Process(new BanditFeed().Logged(Key, 0, "l", Plain(), 1, 0.5, 0.5));
        for (var i = 0; i < 50; i++)
        {
            var feed = new BanditFeed().Context(Key, i, $"{i}", Plain());
            Assert.Equal(Bits(first.Process(feed).List(0)), Bits(later.Process(feed).List(0)));
        }
    }

    [Theory]
    [InlineData(true, 0.0)]
    [InlineData(false, 0.0)]
    [InlineData(true, 0.1)]
    public void Given_a_key_that_has_learned_a_while_When_contexts_and_feedback_come_Then_nothing_is_allocated(bool areFixed, double loggedShare)
    {
        var plan = Plan(areFixed ? BanditStream.Fixed : BanditStream.PerContext);
        var fleet = new BanditFleet(plan, 10);
        var feed = BanditStream.Of(plan.Task, Keys, 600, loggedShare: loggedShare);
        var batches = feed.Batches(Enumerable.Range(1, (feed.Count - 1) / 60).Select(cut => cut * 60)).ToArray();
        var predictions = PredictionBatch.Allocate(60, fleet.PredictionWidth);
        FillTheJoin(fleet, plan.Task);
        var warm = batches.Length / 2;
        foreach (var batch in batches[..warm])
        {
            fleet.Process(batch, 0, predictions);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = warm; i < batches.Length; i++)
        {
            fleet.Process(batches[i], 0, predictions);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(Keys.Length, fleet.Keys);
    }

    [Theory]
    [InlineData(new[] { long.MinValue, 0, long.MaxValue })]
    [InlineData(new[] { long.MaxValue, long.MinValue, long.MaxValue })]
    [InlineData(new[] { long.MaxValue, long.MaxValue, long.MaxValue })]
    [InlineData(new[] { long.MinValue, long.MinValue, long.MinValue })]
    public void Given_times_that_are_as_far_apart_as_times_can_be_When_they_come_Then_decisions_are_made_and_learned(long[] times)
    {
        var fleet = new BanditFleetUnderTest(Plan(BanditStream.Fixed));
        for (var i = 0; i < times.Length; i++)
        {
            var answer = fleet.Process(new BanditFeed().Context(Key, times[i], $"{i}", Plain()).Feedback(Key, times[i], $"{i}", 1));
            fleet.Restart();

            // One whose own time is long gone has expired at the next record, but none for having a time near the end of all times.
            var isLate = (Int128)times[i] < (Int128)times[..(i + 1)].Max() - 1_000_000;
            Assert.Equal([ExampleStatus.Predicted, isLate ? ExampleStatus.Dropped : ExampleStatus.Learned], answer.Statuses);
        }
    }

    [Fact]
    public void Given_a_learner_whose_updates_are_refused_When_there_are_many_in_a_row_Then_it_returns_to_its_good_state_in_that_row()
    {
        var refusing = new LearnerChoice(
            new BanditRegistration("refusing", "refuses", OptionSet.Texts(), (_, _, _, _) => new RefusingBandit()), OptionSet.Defaults);
        var plan = new BanditPlan(
            BanditStream.Fixed with { Join = new JoinOptions { TimeToLiveMilliseconds = 10, Missing = 1 } },
            [LearnerChoice.Named("bandit", "uniform"), refusing], 1, 1, safety: new SafetyOptions { RefusedInRow = 3 });
        var fleet = new BanditFleetUnderTest(plan);
        var feed = new BanditFeed();
        for (var i = 0; i < 5; i++)
        {
            feed.Context(Key, 0, $"{i}", Plain());
        }

        // Two have feedback, the others are found missing by the next record.
        var answer = fleet.Process(feed.Feedback(Key, 5, "1", 0.5).Feedback(Key, 5, "3", 0.5).Context(Key, 11, "new", Plain()).Feedback(Key, 11, "new", 1));

        Assert.Equal([new Recovery(7, 1), new Recovery(8, 1)], answer.Recoveries);
        Assert.Equal([0, 6], fleet.ReportOf(Key).Refused);
        Assert.Equal([0, 2], fleet.ReportOf(Key).Recoveries);
        Assert.Equal((6, 2), (fleet.Summary().Refused(1), fleet.Summary().Recoveries(1)));
        fleet.Restart();
    }

    [Fact]
    public void Given_a_plan_with_settings_that_cannot_be_When_it_is_made_Then_it_is_refused_by_the_path()
    {
        AssertRefused("task.reward-ttl", new JoinOptions { TimeToLiveMilliseconds = 0 });
        AssertRefused("task.max-pending", new JoinOptions { MaxPending = 0 });
        AssertRefused("task.max-pending", new JoinOptions { MaxPending = JoinOptions.MostPending + 1 });
        AssertRefused("task.missing", new JoinOptions { Missing = 2 });
        AssertRefused("task.missing", new JoinOptions { Missing = double.PositiveInfinity });
        AssertRefused("task.duplicates", new JoinOptions { Duplicates = JoinPolicy.Hold });
        AssertRefused("task.late", new JoinOptions { Late = JoinPolicy.Hold });

        static void AssertRefused(string path, JoinOptions join) =>
            Assert.Equal(path, Assert.Throws<OptionException>(() => Plan(BanditStream.Fixed with { Join = join })).Path);
    }

    /// <summary>As many wait, are remembered, and are early as ever may be at the same time, each as large as it may be.</summary>
    private static void FillTheJoin(BanditFleet fleet, BanditTask task)
    {
        var feed = new BanditFeed();
        var actions = task.HasFixedActions ? task.Actions.Count : 4;
        var most = task.Join.MaxPending;
        foreach (var key in Keys)
        {
            for (var i = 0; i < 2 * most; i++)
            {
                AddContext(key, i);
            }

            for (var i = 2 * most; i < 3 * most; i++)
            {
                feed.Feedback(key, Start, Id(i), 0.5);
            }

            // What was kept for the feedback only is kept for a decision now.
            for (var i = 2 * most; i < 3 * most; i++)
            {
                AddContext(key, i);
            }
        }

        fleet.Process(feed.Batch(), 0, PredictionBatch.Allocate(feed.Count, fleet.PredictionWidth));

        static string Id(int number) => $"an id that is longer than any that comes later: {number}";

        void AddContext(string key, int number) => feed.Context(
            key, Start, Id(number),
            new BanditContext(actions, new float[task.SharedFeatures], new float[actions * task.ActionFeatures], Enumerable.Repeat((byte)1, actions).ToArray()));
    }

    private static byte[] Good() => BanditFeed.PayloadOfContext("id", Plain());

    private static BanditContext Plain() => new(3, [1, 2]);

    private static BanditPlan Plan(BanditTask task) => new(task, [.. Own.Select(kind => LearnerChoice.Named("bandit", kind))], 1, 100);

    /// <summary>Some learners are for one kind of task only.</summary>
    private static bool Fits(string kind, BanditTask task)
    {
        try
        {
            _ = new BanditPlan(task, [LearnerChoice.Named("bandit", kind)], 1, 1);
            return true;
        }
        catch (OptionException)
        {
            return false;
        }
    }

    private static void AssertSameRows(PredictionBatch expected, IEnumerable<PredictionBatch> answers)
    {
        var row = 0;
        foreach (var answer in answers)
        {
            for (var i = 0; i < answer.Count; i++, row++)
            {
                Assert.Equal((expected.Statuses[row], expected.ModelVersions[row]), (answer.Statuses[i], answer.ModelVersions[i]));
                Assert.Equal(Bits(expected.List(row)), Bits(answer.List(i)));
            }
        }

        Assert.Equal(expected.Count, row);
    }

    private static long[] Bits(ReadOnlySpan<double> numbers)
    {
        var bits = new long[numbers.Length];
        for (var i = 0; i < bits.Length; i++)
        {
            bits[i] = BitConverter.DoubleToInt64Bits(numbers[i]);
        }

        return bits;
    }
}
