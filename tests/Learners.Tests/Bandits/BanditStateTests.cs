using System.Buffers;
using MessagePack;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Tests.Conformance;

namespace StreamLearn.Learners.Tests.Bandits;

/// <summary>Stored keys that are damaged or of another task.</summary>
public sealed class BanditStateTests
{
    /// <summary>What a damaged state may take besides twice what a good one takes: an exception, and methods that run first.</summary>
    private const long SlackToLoad = 256 * 1024;

    private const string Key = "k";

    private static readonly byte[][] Largest =
    [
        BitConverter.GetBytes(float.MaxValue), BitConverter.GetBytes(float.MinValue), BitConverter.GetBytes(1e30f),
        [0x7f, 0xef, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ];

    public static TheoryData<string> Kinds => [.. BanditCatalog.All.Select(learner => learner.Kind)];

    [Fact]
    public void Given_state_that_is_cut_off_or_goes_on_When_it_is_loaded_Then_it_is_refused_and_nothing_changes()
    {
        var plan = Plan(BanditStream.PerContext, "linear-square-cb", "uniform");
        var state = Trained(plan).SaveKey(Key);
        var fleet = Trained(plan, seed: 2);
        var before = fleet.Save();

        Assert.All(
            Enumerable.Range(0, Math.Min(state.Length, 3000)).Concat(Enumerable.Range(0, 300).Select(part => part * state.Length / 300)).Append(state.Length - 1),
            length => Assert.Throws<StateFormatException>(() => fleet.LoadKey(Key, state[..length])));
        Assert.Throws<StateFormatException>(() => fleet.LoadKey(Key, [.. state, 0]));
        Assert.Throws<StateFormatException>(() => fleet.LoadKey(Key, StoredState.OfNextVersion(state)));
        foreach (var block in new[] { "bandit-learners", "decision-join", "off-policy", "linear-square-cb", "uniform" })
        {
            Assert.Throws<StateFormatException>(() => fleet.LoadKey(Key, StoredState.OfNextVersion(state, block)));
        }

        BanditFleetUnderTest.AssertSame(before, fleet.Save());
        Assert.Equal(state.Length, StoredState.LengthOfFirstValue(state));
    }

    [Fact]
    public void Given_state_of_other_actions_or_features_When_it_is_loaded_Then_it_is_refused_with_both()
    {
        var task = BanditStream.Fixed;
        var state = Trained(Plan(task, "uniform")).SaveKey(Key);
        foreach (var (other, expected) in new[]
        {
            (task with { Actions = ["left", "right", "ahead"] }, "expected [left, right, ahead], 2 and 0."),
            (task with { Actions = ["left", "ahead"] }, "expected [left, ahead], 2 and 0."),
            (task with { SharedFeatures = 3 }, "expected [left, ahead, right], 3 and 0."),
            (task with { ActionFeatures = 1 }, "expected [left, ahead, right], 2 and 1."),
            (BanditStream.PerContext, "expected [], 1 and 2."),
        })
        {
            var fleet = new BanditFleetUnderTest(Plan(other, "uniform"));
            var refusal = Assert.Throws<StateFormatException>(() => fleet.LoadKey(Key, state));
            Assert.Contains("has the actions [left, ahead, right], 2 shared features and 0 of an action", refusal.Message, StringComparison.Ordinal);
            Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
            Assert.Equal(0, fleet.Fleet.Keys);
        }
    }

    [Fact]
    public void Given_state_of_other_learners_or_of_other_feedback_When_it_is_loaded_Then_it_is_refused()
    {
        var task = BanditStream.Fixed;
        var state = Trained(Plan(task, "linear-square-cb", "uniform")).SaveKey(Key);

        foreach (var kinds in new string[][] { ["uniform", "linear-square-cb"], ["linear-square-cb"], ["linear-square-cb", "uniform", "uniform"] })
        {
            Assert.Throws<StateFormatException>(() => new BanditFleetUnderTest(Plan(task, kinds)).LoadKey(Key, state));
        }

        var other = Assert.Throws<StateFormatException>(
            () => new BanditFleetUnderTest(Plan(task with { Feedback = FeedbackKind.Cost }, "linear-square-cb", "uniform")).LoadKey(Key, state));
        Assert.Contains("Stored state has Reward from 0 to 1, features []; expected Cost from 0 to 1", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_lower_limit_When_state_is_loaded_Then_what_comes_next_makes_the_room()
    {
        var task = BanditStream.Fixed;
        var state = Trained(Plan(task, "uniform")).SaveKey(Key);
        var smaller = new BanditFleetUnderTest(Plan(task with { Join = task.Join with { MaxPending = 3 } }, "uniform"));
        smaller.LoadKey(Key, state);
        Assert.True(smaller.JoinSizes(Key).Waiting > 3);

        smaller.Process(BanditStream.Of(task, [Key], 40, seed: 2));

        var (waiting, finished, early) = smaller.JoinSizes(Key);
        Assert.True(waiting <= 3 && finished <= 3 && early <= 3, $"{waiting}, {finished}, {early}");
    }

    [Fact]
    public void Given_the_three_learners_of_a_pipeline_When_a_byte_is_damaged_Then_the_state_is_refused_or_harmless() =>
        AssertSurvivesDamage(Plan(BanditStream.Fixed, "neu-fast-cb", "linear-square-cb", "uniform"), 1000, 31337);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Given_any_learner_When_a_byte_is_damaged_Then_the_state_is_refused_or_harmless(string kind) =>
        AssertSurvivesDamage(Plan(BanditStream.Fixed, kind), 300, 4711);

    [Fact]
    public void Given_what_waits_and_is_counted_When_a_number_is_another_Then_the_state_is_refused_or_harmless()
    {
        var task = BanditStream.PerContext;
        var plan = new BanditPlan(task, [RecordingBandit.Choice([]), RecordingBandit.Choice([], taste: 2)], 1, 10);
        var state = Trained(plan).SaveKey(Key);
        var (refused, loaded) = (0, 0);
        foreach (var (start, end, type) in Numbers(state))
        {
            foreach (var number in type == MessagePackType.Float ? Doubles() : Integers())
            {
                byte[] damaged = [.. state.AsSpan(0, start), .. number, .. state.AsSpan(end)];
                var fleet = new BanditFleetUnderTest(plan);
                try
                {
                    fleet.LoadKey(Key, damaged);
                }
                catch (StateFormatException)
                {
                    refused++;
                    continue;
                }

                loaded++;
                try
                {
                    AssertSoundAfterwards(plan, fleet);
                }
                catch (Exception failure)
                {
                    Assert.Fail($"{type} at {start} as {Convert.ToHexString(number)}: {failure}");
                }
            }
        }

        Assert.True(refused > 500 && loaded > 500, $"{refused} refused, {loaded} loaded");
    }

    /// <summary>Found here: an opinion or a cost that cannot be, taken over from a state, made the estimator throw when the feedback came.</summary>
    [Theory]
    [InlineData(1.5)]
    [InlineData(-0.5)]
    [InlineData(1e101)]
    [InlineData(double.NaN)]
    public void Given_what_a_learner_said_of_a_decision_that_waits_When_it_is_out_of_range_Then_the_state_is_refused(double number)
    {
        var plan = Plan(BanditStream.Fixed, "uniform");
        var fleet = new BanditFleetUnderTest(plan);
        fleet.Process(new BanditFeed().Context(Key, 0, "waits", new BanditContext(3, [1, 2])).Feedback(Key, 0, "early", 0.5));
        var state = fleet.SaveKey(Key);
        var join = state.AsSpan().IndexOf("decision-join"u8);
        var end = join + state.AsSpan(join).IndexOf("off-policy"u8);
        var tried = 0;
        foreach (var place in Numbers(state).Where(place => place.Start > join && place.End < end && place.Type == MessagePackType.Float))
        {
            // The cost and probability of the decision, three opinions, and the cost that came early.
            byte[] damaged = [.. state.AsSpan(0, place.Start), .. Encode(number), .. state.AsSpan(place.End)];
            Assert.Throws<StateFormatException>(() => new BanditFleetUnderTest(plan).LoadKey(Key, damaged));
            tried++;
        }

        Assert.Equal(6, tried);
    }

    private static void AssertSurvivesDamage(BanditPlan plan, int rounds, int seed)
    {
        var state = Trained(plan).SaveKey(Key);
        var random = new Random(seed);
        var most = SlackToLoad + (2 * BytesToLoad(plan, state));
        var refused = 0;
        for (var round = 0; round < rounds; round++)
        {
            var damaged = state.ToArray();
            if (round % 3 == 2)
            {
                // Where there are weights, the largest numbers that there can be.
                Largest[random.Next(Largest.Length)].CopyTo(damaged, random.Next(state.Length - sizeof(double)));
            }
            else
            {
                damaged[random.Next(round % 2 == 0 ? state.Length : Math.Min(state.Length, 2000))] = (byte)random.Next(256);
            }

            var fleet = new BanditFleetUnderTest(plan);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var isRefused = false;
            try
            {
                fleet.LoadKey(Key, damaged);
            }
            catch (StateFormatException)
            {
                isRefused = true;
                refused++;
            }

            // Nothing is taken on the word of a length that is damaged.
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, most);
            if (!isRefused)
            {
                AssertSoundAfterwards(plan, fleet);
            }
        }

        Assert.InRange(refused, 1, rounds - 1);
    }

    /// <summary>Numbers may be others than they were: it decides and learns on, by probabilities, and its state can be stored.</summary>
    private static void AssertSoundAfterwards(BanditPlan plan, BanditFleetUnderTest fleet)
    {
        var feed = BanditStream.Of(plan.Task, [Key], 45, seed: 5);
        var answer = fleet.Process(feed.Batch(feed.Count / 2, feed.Count));
        for (var row = 0; row < answer.Count; row++)
        {
            Assert.NotEqual(ExampleStatus.Unusable, answer.Statuses[row]);
            var list = answer.List(row).ToArray();
            if (list.Length > 0)
            {
                Assert.All(list[1..], probability => Assert.InRange(probability, 0, 1));
                Assert.Equal(1, list[1..].Sum(), 1e-6);
                Assert.True(list[1 + (int)list[0]] > 0);
            }
        }

        new BanditFleetUnderTest(plan).LoadKey(Key, fleet.SaveKey(Key));
    }

    private static long BytesToLoad(BanditPlan plan, byte[] state)
    {
        new BanditFleetUnderTest(plan).LoadKey(Key, state);
        var fleet = new BanditFleetUnderTest(plan);
        var before = GC.GetAllocatedBytesForCurrentThread();
        fleet.LoadKey(Key, state);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static List<(int Start, int End, MessagePackType Type)> Numbers(byte[] state)
    {
        var numbers = new List<(int, int, MessagePackType)>();
        var reader = new MessagePackReader(state);
        while (!reader.End)
        {
            var (start, type) = ((int)reader.Consumed, reader.NextMessagePackType);
            switch (type)
            {
                case MessagePackType.Array:
                    reader.ReadArrayHeader();
                    break;
                case MessagePackType.Float or MessagePackType.Integer:
                    reader.Skip();
                    numbers.Add((start, (int)reader.Consumed, type));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return numbers;
    }

    private static byte[][] Doubles() => [.. new[] { 0, -0.01, 0.5, 1.01, -1e99, 1e101, double.MaxValue, double.NaN, double.NegativeInfinity }.Select(Encode)];

    private static byte[][] Integers() =>
        [.. new[] { 0, 1, -1, 2, 255, int.MaxValue, int.MinValue, 1L << 40, long.MinValue }.Select(number => Encode(number))];

    private static byte[] Encode(double number)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.Write(number);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Encode(long number)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.Write(number);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static BanditFleetUnderTest Trained(BanditPlan plan, ulong seed = 1)
    {
        var fleet = new BanditFleetUnderTest(plan);
        var feed = BanditStream.Of(plan.Task, [Key], 60, seed);
        fleet.Process(feed);
        var (waiting, finished, _) = fleet.JoinSizes(Key);
        Assert.True(waiting > 3 && finished > 3);
        return fleet;
    }

    private static BanditPlan Plan(BanditTask task, params string[] kinds) =>
        new(task, [.. kinds.Select(kind => LearnerChoice.Named("bandit", kind))], 1, 10);
}
