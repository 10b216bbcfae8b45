using StreamLearn.Streams.Kafka;

namespace StreamLearn.Streams.Tests.Kafka;

public sealed class LatestOffsetTests
{
    private readonly Queue<Action> _queue = new();
    private readonly List<long> _committed = [];
    private readonly LatestOffset _offsets;
    private Action? _underWay;

    public LatestOffsetTests() => _offsets = new LatestOffset(next =>
    {
        var done = new TaskCompletionSource();
        _queue.Enqueue(() =>
        {
            _committed.Add(next());
            Interlocked.Exchange(ref _underWay, null)?.Invoke();
            done.SetResult();
        });
        return done.Task;
    });

    /// <summary>A broker that answers slowly must not have every offset since to answer to: the last one says it all.</summary>
    [Fact]
    public void Given_commits_that_wait_when_later_offsets_are_committed_then_one_of_them_waits_and_has_the_last()
    {
        Task[] asked = [_offsets.CommitAsync(10), _offsets.CommitAsync(20), _offsets.CommitAsync(30)];

        Assert.Single(_queue);
        _queue.Dequeue()();

        Assert.All(asked, task => Assert.True(task.IsCompletedSuccessfully));
        Assert.Equal([30L], _committed);
    }

    [Fact]
    public void Given_a_commit_that_is_under_way_when_the_next_offset_is_committed_then_it_waits_for_a_turn_of_its_own()
    {
        var first = _offsets.CommitAsync(10);
        var turn = _queue.Dequeue();
        Task? next = null;
        _underWay = () => next = _offsets.CommitAsync(20);

        turn();

        Assert.True(first.IsCompletedSuccessfully);
        Assert.False(next!.IsCompleted);
        _queue.Dequeue()();
        Assert.True(next.IsCompletedSuccessfully);
        Assert.Equal([10L, 20L], _committed);
    }
}
