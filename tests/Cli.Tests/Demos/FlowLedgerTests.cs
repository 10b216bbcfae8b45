using StreamLearn.Cli.Demos;
using StreamLearn.Simulation.Bandits;

namespace StreamLearn.Cli.Tests.Demos;

public sealed class FlowLedgerTests
{
    private readonly PathChoiceWorld _world = new(1, new PathChoiceOptions { Outages = [new(3, 4, "Brussels>Paris"), new(9, 1, "Athens>Rome")] });

    [Fact]
    public void Given_flows_when_they_are_settled_in_any_order_then_costs_are_theirs_on_the_chosen_paths()
    {
        var ledger = new FlowLedger(_world.Menus, mostOpen: 10);
        var flows = new List<(string Pair, long Time, double Cost, double Latency, double Expected)>();
        for (var i = 0; i < 10; i++)
        {
            var flow = _world.Next();
            ledger.Begin(flow, _world.FailedLink);
            flows.Add((flow.Menu.Key, flow.Time, flow.Cost(i % 5), flow.Latency(i % 5), flow.ExpectedCosts[i % 5]));
        }

        foreach (var id in (int[])[7, 0, 9, 1, 8, 2, 6, 3, 5, 4])
        {
            var outcome = Assert.NotNull(ledger.Settle(id, id % 5));
            var (pair, time, cost, latency, _) = flows[id];
            Assert.Equal((pair, (long)id, cost), (outcome.Pair, outcome.Id, outcome.Cost));
            Assert.InRange(outcome.Time, time + latency, time + latency + 1);
        }

        var standing = ledger.Look();
        Assert.Equal((10L, 10L, 10L), (ledger.Begun, ledger.Settled, standing.Total.Steps));
        Assert.Equal(flows.Sum(flow => flow.Expected), standing.Total.Cost, 1e-12);
        Assert.Equal(10, standing.Pairs.Sum(pair => pair.Regret.Steps));
        Assert.Equal(4.5, standing.MeanOpen);
        Assert.True(standing.Total.BestDynamicCost <= standing.Total.BestFixedCost);
    }

    [Fact]
    public void Given_decisions_that_come_again_or_are_of_nothing_when_they_are_settled_then_nothing_comes_of_them_and_they_are_counted()
    {
        var ledger = new FlowLedger(_world.Menus, mostOpen: 10);
        ledger.Begin(_world.Next(), null);
        ledger.Begin(_world.Next(), null);

        Assert.NotNull(ledger.Settle(0, 2));
        Assert.Null(ledger.Settle(0, 2));
        Assert.Null(ledger.Settle(0, 3));
        Assert.Null(ledger.Settle(1, 5));
        Assert.Null(ledger.Settle(1, -1));
        Assert.Null(ledger.Settle(2, 0));
        Assert.Null(ledger.Settle(-1, 0));

        var standing = ledger.Look();
        Assert.Equal((1L, 2L, 4L), (standing.Total.Steps, standing.Repeated, standing.Unknown));
        Assert.Equal(9, ledger.Room);
    }

    [Fact]
    public void Given_no_room_when_another_flow_begins_then_it_is_refused_until_one_has_its_path()
    {
        var ledger = new FlowLedger(_world.Menus, mostOpen: 2);
        ledger.Begin(_world.Next(), null);
        ledger.Begin(_world.Next(), null);
        var third = _world.Next();

        Assert.Equal(0, ledger.Room);
        Assert.Throws<InvalidOperationException>(() => ledger.Begin(third, null));
        ledger.Settle(0, 0);
        ledger.Begin(third, null);

        Assert.Equal((3L, 0), (ledger.Begun, ledger.Room));
    }

    [Fact]
    public void Given_cables_that_fail_when_flows_are_settled_late_then_each_counts_in_its_phase_and_pairs_that_are_hit_are_marked()
    {
        var ledger = new FlowLedger(_world.Menus, mostOpen: 20);
        var hit = new List<string[]>();
        for (var i = 0; i < 12; i++)
        {
            ledger.Begin(_world.Next(), _world.FailedLink);
            hit.Add([.. ledger.Look().Pairs.Where(pair => pair.IsHit).Select(pair => pair.Pair)]);
        }

        for (var i = 11; i >= 0; i--)
        {
            ledger.Settle(i, 0);
        }

        var phases = ledger.Look().Phases;
        Assert.Equal([null, "Brussels>Paris", null, "Athens>Rome", null], phases.Select(phase => phase.FailedLink));
        Assert.Equal([3L, 4, 2, 1, 2], phases.Select(phase => phase.Regret.Steps));
        Assert.Empty(hit[0]);
        Assert.Equal(hit[3], _world.Menus.Where(menu => menu.Paths.Any(path => Crosses(path, "Brussels", "Paris"))).Select(menu => menu.Key));
        Assert.NotEmpty(hit[3]);
        Assert.Empty(hit[7]);
        Assert.Equal(hit[9], _world.Menus.Where(menu => menu.Paths.Any(path => Crosses(path, "Athens", "Rome"))).Select(menu => menu.Key));
    }

    [Fact]
    public void Given_more_choices_than_a_window_holds_when_it_is_asked_then_it_knows_the_last_ones_only()
    {
        var window = new CostWindow();
        Assert.Equal((double.NaN, double.NaN), (window.Mean, window.BestMean));
        window.Add(1, 1);
        for (var i = 0; i < CostWindow.Size; i++)
        {
            window.Add(0.5, 0.25);
        }

        Assert.Equal((0.5, 0.25), (window.Mean, window.BestMean));
    }

    private static bool Crosses(CandidatePath path, string one, string other)
    {
        var nodes = path.Name.Split('>');
        return nodes.Zip(nodes.Skip(1)).Any(link => link == (one, other) || link == (other, one));
    }
}
