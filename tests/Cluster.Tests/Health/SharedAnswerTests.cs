using StreamLearn.Cluster.Health;

namespace StreamLearn.Cluster.Tests.Health;

public sealed class SharedAnswerTests
{
    private readonly StandingClock _clock = new();
    private TaskCompletionSource<string> _asked = new();
    private int _questions;

    [Fact]
    public async Task Given_many_who_ask_at_the_same_time_when_the_answer_comes_then_it_was_asked_for_once()
    {
        var shared = Shared(TimeSpan.Zero);
        var answers = Enumerable.Range(0, 100).Select(_ => shared.GetAsync()).ToList();
        _asked.SetResult("yes");

        Assert.All(await Task.WhenAll(answers), answer => Assert.Equal("yes", answer));
        Assert.Equal(1, _questions);
    }

    [Fact]
    public async Task Given_an_answer_when_it_is_too_old_then_it_is_asked_for_again_and_not_before()
    {
        var shared = Shared(TimeSpan.FromSeconds(10));
        _asked.SetResult("first");
        Assert.Equal("first", await shared.GetAsync());
        _asked = new();
        _asked.SetResult("second");

        _clock.Seconds = 9;
        Assert.Equal("first", await shared.GetAsync());
        _clock.Seconds = 10;
        Assert.Equal("second", await shared.GetAsync());
    }

    [Fact]
    public async Task Given_a_question_that_is_never_answered_when_it_is_asked_again_then_no_second_one_is_under_way()
    {
        var shared = Shared(TimeSpan.FromSeconds(10));
        var first = shared.GetAsync();
        _clock.Seconds = 1000;

        Assert.Same(first, shared.GetAsync());
        _asked.SetResult("late");
        Assert.Equal("late", await first);
        Assert.Equal(1, _questions);
    }

    [Fact]
    public async Task Given_a_question_that_fails_when_it_is_asked_later_then_it_may_succeed()
    {
        var shared = Shared(TimeSpan.Zero);
        _asked.SetException(new InvalidOperationException("no"));
        await Assert.ThrowsAsync<InvalidOperationException>(shared.GetAsync);
        _asked = new();
        _asked.SetResult("yes");

        Assert.Equal("yes", await shared.GetAsync());
    }

    private SharedAnswer<string> Shared(TimeSpan lifetime) => new(
        () =>
        {
            Interlocked.Increment(ref _questions);
            return _asked.Task;
        },
        lifetime, _clock);

    private sealed class StandingClock : TimeProvider
    {
        internal long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
