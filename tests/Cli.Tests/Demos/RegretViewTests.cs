using System.Text.Json.Nodes;
using StreamLearn.Cli.Demos;
using StreamLearn.Simulation.Bandits;

namespace StreamLearn.Cli.Tests.Demos;

public sealed class RegretViewTests
{
    private static readonly string[] Costs =
        ["mean_cost", "best_fixed_cost", "best_dynamic_cost", "uniform_cost", "regret_vs_best_fixed", "regret_vs_best_dynamic"];

    private readonly PathChoiceWorld _world = new(1, new PathChoiceOptions { Outages = [new(50, 20)] });

    [Fact]
    public void Given_choices_when_they_are_json_then_all_pairs_and_phases_have_their_costs_and_regrets()
    {
        var json = Json(Played(100));

        Assert.All(Costs, key => Assert.True(double.IsFinite((double)json[key]!), key));
        Assert.Equal(_world.Menus.Select(menu => menu.Key), json["pairs"]!.AsArray().Select(pair => (string)pair!["pair"]!));
        Assert.Equal([50L, 20, 30], json["phases"]!.AsArray().Select(phase => (long)phase!["decisions"]!));
        Assert.Equal([true, false, true], json["phases"]!.AsArray().Select(phase => phase!["failed_link"] is null));
        foreach (var one in json["pairs"]!.AsArray().Concat(json["phases"]!.AsArray()))
        {
            Assert.All(Costs, key => Assert.True(double.IsFinite((double)one![key]!), key));
        }

        Assert.Equal((double)json["regret_vs_best_fixed"]!, json["pairs"]!.AsArray().Sum(pair => (double)pair!["regret_vs_best_fixed"]!), 1e-9);
        Assert.Equal(
            (double)json["regret_vs_best_dynamic"]!, 100 * ((double)json["mean_cost"]! - (double)json["best_dynamic_cost"]!), 1e-9);
        Assert.Matches("^path-[1-5]$", (string)json["pairs"]![0]!["best_fixed_path"]!);
        Assert.Equal((0L, 0L), ((long)json["repeated_decisions"]!, (long)json["unknown_decisions"]!));
    }

    [Fact]
    public void Given_no_choice_when_it_is_json_then_costs_are_null()
    {
        var json = Json(new FlowLedger(_world.Menus, 1));

        Assert.Null(json["mean_cost"]);
        Assert.True(json.ContainsKey("mean_cost"));
        Assert.Empty(json["phases"]!.AsArray());
        Assert.Contains("0 decisions, mean cost -", new RegretView(new FlowLedger(_world.Menus, 1).Look()).Line, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_cable_that_is_down_when_the_standing_is_said_then_the_line_names_it_and_the_table_has_a_row_for_each_pair_and_all()
    {
        var view = new RegretView(Played(60).Look());

        Assert.Contains($"{_world.FailedLink} is down  60 decisions", view.Line, StringComparison.Ordinal);
        Assert.Equal(_world.Menus.Count + 1, view.LiveTable().Rows.Count);
    }

    private FlowLedger Played(int flows)
    {
        var ledger = new FlowLedger(_world.Menus, 1);
        for (var i = 0; i < flows; i++)
        {
            ledger.Begin(_world.Next(), _world.FailedLink);
            ledger.Settle(i, i % 5);
        }

        return ledger;
    }

    private static JsonObject Json(FlowLedger ledger)
    {
        var json = new JsonObject();
        new RegretView(ledger.Look()).AddTo(json);
        return json;
    }
}
