using Akka.Actor;
using Akka.TestKit.Xunit2;
using StreamLearn.Cluster.Health;

namespace StreamLearn.Cluster.Tests.Health;

/// <summary>Whether the threads of learners live, by what they answer and by what they do.</summary>
public sealed class LearnerPulseTests : TestKit
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task Given_threads_that_answer_when_their_pulse_is_felt_then_they_live()
    {
        var pulse = new LearnerPulse(Sys.ActorOf(Props.Create(() => new PulseActor())), () => 7, TimeSpan.FromSeconds(30));

        Assert.Null(await pulse.FeelAsync());
    }

    /// <summary>Much waits before the question: a node at its limit is not to be started again, or it will never get through.</summary>
    [Fact]
    public async Task Given_threads_that_do_not_come_to_the_question_when_they_have_done_something_meanwhile_then_they_live()
    {
        var steps = 0L;

        Assert.Null(await new LearnerPulse(CreateTestProbe(), () => steps++, Limit).FeelAsync());
    }

    [Fact]
    public async Task Given_threads_that_do_not_answer_when_they_have_done_nothing_meanwhile_then_they_are_dead() =>
        Assert.Equal(
            "the threads of its learners did not answer within 0.2 s, and have done nothing meanwhile",
            await new LearnerPulse(CreateTestProbe(), () => 7, Limit).FeelAsync());
}
