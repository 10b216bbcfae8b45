using System.Buffers;
using MessagePack;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Reinforcement;
using StreamLearn.Learners.Reinforcement.Agents;
using StreamLearn.Learners.Reinforcement.Plasticity;
using StreamLearn.Learners.Reinforcement.Ratios;
using StreamLearn.Learners.Reinforcement.Replay;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Tests.Reinforcement;

public sealed class ControlLearnerTests
{
    private static readonly ControlLearnerOptions Quick = new()
    {
        RandomSteps = 60, LearnAfter = 60, Exploration = new LinearSchedule(1, 0.1, 300), ReplayRatio = 1, Seed = 3,
        Replay = new ReplayOptions { Capacity = 200 },
    };

    public static TheoryData<string, bool, ControlLearnerOptions> Variants => new()
    {
        { "plain", false, Quick },
        { "ratio of a third", false, Quick with { ReplayRatio = 1.0 / 3 } },
        { "adaptive", false, Quick with { Adaptive = new AdaptiveRatioOptions { Interval = 2, Threshold = 0.02 } } },
        { "adaptive by steps", true, Quick with { Adaptive = new AdaptiveRatioOptions { Unit = CheckUnit.Steps, Interval = 50, Average = 20, Threshold = 0.02 } } },
        { "prioritized", false, Quick with { Replay = Quick.Replay with { Prioritized = true } } },
        { "interventions", false, Quick with { Interventions = new Interventions { ResetEvery = 150, RedoEvery = 7, ReplacementRate = 0.02, Maturity = 10, ShrinkAndPerturb = 0.999, InjectAt = 100 } } },
        { "values", true, Quick },
        { "values, prioritized", true, Quick with { Replay = Quick.Replay with { Prioritized = true }, Interventions = new Interventions { InjectAt = 90, RedoEvery = 11 } } },
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Given_a_learner_that_is_stored_and_read_at_any_moment_When_it_goes_on_Then_every_bit_is_that_of_one_that_was_not(
        string name, bool discrete, ControlLearnerOptions options)
    {
        using var whole = Create(discrete, options);
        var parts = Create(discrete, options);
        var (world, twin) = (new Tracking(discrete, 1), new Tracking(discrete, 1));
        for (var step = 0; step < 330; step++)
        {
            world.Step(whole);
            twin.Step(parts);
            if (step % 29 == 0)
            {
                var next = Create(discrete, options);
                Copy(parts, next);
                parts.Dispose();
                parts = next;
            }
        }

        Assert.True(whole.Agent.Updates > 50, name);
        Assert.Equal(Saved(whole), Saved(parts));
        parts.Dispose();
    }

    [Fact]
    public void Given_a_learner_When_steps_come_Then_nothing_is_learned_before_it_is_time_and_then_as_often_as_the_ratio_says()
    {
        using var learner = Create(false, Quick with { LearnAfter = 100, ReplayRatio = 0.5 });
        var world = new Tracking(false, 1);
        while (learner.Steps < 100)
        {
            world.Step(learner);
            Assert.Equal(0, learner.Agent.Updates);
        }

        while (learner.Steps < 300)
        {
            world.Step(learner);
        }

        Assert.Equal(100, learner.Agent.Updates);
        Assert.InRange(learner.Fau, 0.2, 0.8);
    }

    [Fact]
    public void Given_a_reset_When_it_is_due_Then_the_buffer_stays_and_the_rule_has_nothing_to_compare_with()
    {
        using var learner = Create(false, Quick with { Interventions = new Interventions { ResetEvery = 100 } });
        var world = new Tracking(false, 1);
        while (learner.Steps < 250)
        {
            world.Step(learner);
        }

        Assert.Equal(2, learner.Resets);
        Assert.True(learner.Replay.Count >= 200);
    }

    [Fact]
    public void Given_updates_that_are_refused_When_there_are_enough_in_a_row_Then_the_good_networks_come_back()
    {
        // A reward that is a number, and whose square is none in single precision.
        using var learner = Create(false, Quick with { MaxRefused = 5, Replay = Quick.Replay with { Steps = 1, Capacity = 100 } });
        var step = learner.Begin([0f]);
        for (var i = 0; i < 200; i++)
        {
            step = learner.Continue(step, [0f], 1e38f, [0f], StepEnd.None);
        }

        Assert.True(learner.Refused > 0);
        Assert.Equal(learner.Refused / 5, learner.Recoveries);
        Assert.Equal(0, learner.Agent.Updates);
    }

    [Fact]
    public void Given_a_state_of_other_settings_When_it_is_read_Then_it_is_refused_with_both()
    {
        using var learner = Create(false, Quick);
        Assert.Contains("'ddpg-n'; expected 'dqn'", Assert.Throws<StateFormatException>(() => Copy(learner, Create(true, Quick))).Message, StringComparison.Ordinal);
        Assert.Contains(
            "adaptive", Assert.Throws<StateFormatException>(() => Copy(learner, Create(false, Quick with { Adaptive = new AdaptiveRatioOptions() }))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("learner.replay-ratio is 0; expected a number above 0, or adaptive")]
    public void Given_settings_that_cannot_be_When_a_learner_is_made_Then_the_message_says_what_was_expected(string message) =>
        Assert.Contains(message, Assert.Throws<OptionException>(() => Create(false, Quick with { ReplayRatio = 0 })).Message, StringComparison.Ordinal);

    [Fact]
    public void Given_a_warm_learner_When_steps_come_Then_they_allocate_nothing()
    {
        using var learner = Create(false, Quick with { ExamineEvery = 0 });
        var world = new Tracking(false, 1);
        var bytes = 0L;
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var step = 0; step < 400; step++)
            {
                world.Step(learner);
            }

            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, bytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Given_a_target_to_follow_When_it_has_been_learned_Then_much_more_is_won_than_by_chance(bool discrete)
    {
        using var learner = Create(discrete, Quick with { Exploration = new LinearSchedule(1, 0.05, 1500), ReplayRatio = 2, Replay = Quick.Replay with { Capacity = 5000 } });
        var world = new Tracking(discrete, 1);
        var chance = Play(500);
        Play(3500);
        var learned = Play(500);

        Assert.True(learned > chance + (0.5 * -chance), $"{chance} by chance, {learned} learned");

        double Play(int steps)
        {
            var before = world.Won;
            for (var step = 0; step < steps; step++)
            {
                world.Step(learner);
            }

            return (world.Won - before) / steps;
        }
    }

    private static ControlLearner Create(bool discrete, ControlLearnerOptions options)
    {
        var agent = new AgentOptions { Hidden = [24, 24], Batch = 16, LearningRate = 3e-3, Seed = 11, Interventions = options.Interventions, TargetRate = 0.05 };
        return new ControlLearner(
            discrete ? new DqnAgent(1, 3, agent) : new DdpgAgent(1, 1, agent), new StepShape(1, Pixels: false, Actions: 1), options);
    }

    private static void Copy(ControlLearner from, ControlLearner to)
    {
        var segments = new Dictionary<long, byte[]>();
        for (var segment = from.Replay.FirstSegment; segment < from.Replay.EndSegment; segment++)
        {
            var buffer = new ArrayBufferWriter<byte>();
            var writer = new MessagePackWriter(buffer);
            from.Replay.SaveSegment(segment, ref writer);
            writer.Flush();
            segments[segment] = buffer.WrittenSpan.ToArray();
        }

        var reader = new MessagePackReader(Saved(from));
        to.Load(ref reader, segment => segments[segment]);
    }

    private static byte[] Saved(ControlLearner learner)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        learner.Save(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A number is to be held near 0 while it drifts: episodes of 25 steps.</summary>
    private sealed class Tracking(bool discrete, ulong seed)
    {
        private readonly Xoshiro256 _random = new(seed);
        private readonly float[] _observation = new float[1];
        private readonly float[] _action = new float[1];
        private long _step = -1;
        private int _steps;
        private float _place;

        internal double Won { get; private set; }

        internal void Step(ControlLearner learner)
        {
            if (_step < 0)
            {
                (_place, _steps) = (_random.NextUniform(1), 0);
                _observation[0] = _place;
                _step = learner.Begin(_observation);
            }

            learner.Act(_step, _action);
            _place = Math.Clamp(_place + (0.3f * (discrete ? _action[0] - 1 : _action[0])) + _random.NextUniform(0.1), -2, 2);
            var reward = -Math.Abs(_place);
            Won += reward;
            _observation[0] = _place;
            var end = ++_steps == 25 ? StepEnd.TimeOut : StepEnd.None;
            _step = learner.Continue(_step, _action, reward, _observation, end);
            _step = end == StepEnd.None ? _step : -1;
        }
    }
}
