using StreamLearn.Cli.Chaos;
using StreamLearn.Cluster.Nodes;

namespace StreamLearn.Cli.Tests.Chaos;

public sealed class JoinRoundTests
{
    [Fact]
    public void Given_the_shortest_test_when_its_rounds_are_planned_then_each_node_is_a_victim_and_both_producers_are()
    {
        JoinRound[] rounds = [.. Enumerable.Range(1, 3).Select(JoinRound.Of)];

        Assert.Equal([NodeParts.All, NodeParts.Copiers, NodeParts.Learners], rounds.Select(round => round.Victim));
        Assert.Equal([true, false, true], rounds.Select(round => round.KillsExamples));
        Assert.Equal([1, 2, 3], rounds.Select(round => round.BrokerTurn));
    }

    [Fact]
    public void Given_many_rounds_when_they_are_planned_then_every_victim_meets_everything_that_happens_to_the_broker_and_runs_among_the_nodes()
    {
        JoinRound[] rounds = [.. Enumerable.Range(1, 12).Select(JoinRound.Of)];

        Assert.Equal(9, rounds.Select(round => (round.Victim, round.BrokerTurn)).Distinct().Count());
        Assert.All(rounds, round => Assert.Contains(round.Victim, round.Nodes));
        Assert.All(rounds, round => Assert.Equal(NodeParts.All, round.Nodes.Aggregate(NodeParts.None, (all, parts) => all | parts)));
        
        // The copiers go on then: what comes in and is not answered tells the partitions of the node that was killed.
        Assert.Equal(3, rounds.Count(round => round.HasSecond && round.Victim == NodeParts.Learners));
    }
}
