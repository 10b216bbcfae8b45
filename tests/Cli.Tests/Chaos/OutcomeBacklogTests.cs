using System.Text;
using StreamLearn.Cli.Chaos;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Tests.Chaos;

public sealed class OutcomeBacklogTests
{
    private readonly OutcomeBacklog _backlog = new();

    [Fact]
    public void Given_rewards_that_take_their_time_when_decisions_go_on_then_they_come_in_the_order_in_which_they_are_due()
    {
        _backlog.Add(0, 0, [Planned(3, "late"), Planned(0, "now")]);
        Assert.Equal(["now"], Take());
        _backlog.Add(0, 1, [Planned(1, "next")]);
        Assert.Empty(Take());
        _backlog.Add(1, 0, []);
        _backlog.Add(1, 1, [Planned(0, "last")]);

        Assert.Equal(["next", "late", "last"], Take());
        Assert.True(_backlog.IsEmpty);
    }

    [Fact]
    public void Given_rewards_that_are_not_written_when_it_is_asked_where_to_go_on_then_at_the_first_of_them_in_each_partition()
    {
        _backlog.Add(0, 5, [Planned(0, "a")]);
        _backlog.Add(0, 6, [Planned(9, "b")]);
        _backlog.Add(0, 7, [Planned(0, "c")]);
        _backlog.Add(2, 0, [Planned(0, "d")]);
        Assert.Equal([(0, 5L), (2, 0L)], _backlog.Positions);
        Assert.Equal(["a", "c", "d"], Take());

        Assert.Equal([(0, 6L), (2, 1L)], _backlog.Positions);

        Assert.Equal(["b"], Take(all: true));
        Assert.Equal([(0, 8L), (2, 1L)], _backlog.Positions);
    }

    private static PlannedOutcome Planned(int after, string value) => new(after, new OutputRecord(null, Encoding.UTF8.GetBytes(value)));

    private IEnumerable<string> Take(bool all = false) => _backlog.Take(all).Select(record => Encoding.UTF8.GetString(record.Value!));
}
