using StreamLearn.Simulation.Networks;
using Xunit.Abstractions;

namespace StreamLearn.Simulation.Tests.Networks;

public sealed class LinkFailureStudyTests(ITestOutputHelper output)
{
    private static readonly LinkFailureStudyOptions Short = new() { BinsBefore = 2 * 288, BinsAfter = 300 };

    [Theory]
    [InlineData("abilene", 1)]
    [InlineData("abilene", 2)]
    [InlineData("european", 1)]
    [InlineData("european", 2)]
    public void Given_the_defaults_then_both_moderate_and_drastic_shifts_are_observed(string name, ulong seed)
    {
        var topology = Topology.BuiltIn(name);
        var demands = new CyclicDemands(topology, new CyclicDemandsOptions { Seed = seed });

        var study = LinkFailureStudy.Run(topology, demands, FailureCases.Choose(topology, demands, seed: seed));

        Report(study);
        Assert.Equal(8, study.Responses.Count);
        Assert.InRange(study.Count(ShiftClass.Moderate), 10, 500);
        Assert.InRange(study.Count(ShiftClass.Drastic), 5, 500);
        Assert.InRange(study.CountCounterfactual(ShiftClass.Moderate), 10, 500);
        Assert.InRange(study.CountCounterfactual(ShiftClass.Drastic), 5, 500);
        Assert.All(study.Responses, response => Assert.Equal(7 * 288, response.Loads.Bins));
        Assert.All(study.Responses, response => Assert.Equal(0, response.Loads.LostMegabits.ToArray().Max()));
        Assert.True(Utilisation(study.Normal) < 1, "The network is not overloaded without a failure.");
    }

    [SharedDataFact("abilene_tm")]
    public void Given_the_measured_Abilene_weeks_then_nine_days_are_history_and_the_rest_is_what_follows()
    {
        var topology = TopologyFile.Read(SharedData.PathOf("abilene_tm", "Abilene.topo.txt"), Topology.AbileneNodes);
        var demands = new MeasuredDemands(
            [SharedData.PathOf("abilene_tm", "AbileneTM.txt.gz"), SharedData.PathOf("abilene_tm", "AbileneTM2.txt.gz")], 12);
        var options = new LinkFailureStudyOptions { BinsBefore = 9 * 288 };

        var study = LinkFailureStudy.Run(topology, demands, FailureCases.Choose(topology, demands, options: options), options);

        Report(study);
        Assert.Equal(4032, study.Normal.Bins);
        Assert.All(study.Responses, response => Assert.Equal(4032, response.EndBin));
        Assert.True(study.Count(ShiftClass.Moderate) > 0 && study.Count(ShiftClass.Drastic) > 0);
    }

    [Fact]
    public void Given_a_case_then_severities_are_those_of_the_loads_summed_in_the_plainest_way()
    {
        var topology = Topology.European();
        var demands = new CyclicDemands(topology);
        FailureCase failure = new("London>Paris", 2 * 288 + 100);

        var study = LinkFailureStudy.Run(topology, demands, [failure], Short);

        var bin = 0;
        var (calm, failed) = (new ShortestPathRouting(topology), new ShortestPathRouting(topology, [topology.IndexOf("Paris>London")]));
        var (before, after, without) = (new double[82], new double[82], new double[82]);
        foreach (var matrix in demands.ReadBins().Take(failure.Bin + 288))
        {
            if (bin >= failure.Bin - 288)
            {
                AddTo(bin < failure.Bin ? before : without, calm, matrix.Span);
                if (bin >= failure.Bin)
                    AddTo(after, failed, matrix.Span);
            }

            bin++;
        }

        var response = Assert.Single(study.Responses);
        Assert.All(response.Shifts, shift =>
        {
            Assert.Equal(Math.Abs(after[shift.Link] - before[shift.Link]) / before[shift.Link], shift.Severity, 1e-9);
            Assert.Equal(Math.Abs(after[shift.Link] - without[shift.Link]) / without[shift.Link], shift.CounterfactualSeverity, 1e-9);
        });
        var moved = topology.Links.Select(link => link.Index)
            .Where(link => after[link] != without[link] && !topology.LinkNames[link].Contains("London>Paris", StringComparison.Ordinal));
        Assert.Equal(
            moved.Where(link => topology.LinkNames[link] != "Paris>London" && before[link] > 288 * 10),
            response.Shifts.Select(shift => shift.Link));

        static void AddTo(double[] sums, ShortestPathRouting routing, ReadOnlySpan<double> demands)
        {
            var loads = new double[sums.Length];
            routing.RouteLoads(demands, loads);
            for (var link = 0; link < loads.Length; link++)
                sums[link] += loads[link];
        }
    }

    [Fact]
    public void Given_several_cases_then_they_share_their_history_and_links_that_are_not_touched_go_on_as_if_nothing_were()
    {
        var topology = Topology.European();
        var demands = new CyclicDemands(topology);
        FailureCase[] cases = [new("London>Paris", 2 * 288 + 100), new("Vienna>Prague", 2 * 288)];

        var study = LinkFailureStudy.Run(topology, demands, cases, Short);
        var alone = LinkFailureStudy.Run(topology, demands, [cases[1]], Short);

        Assert.Equal(2 * 288 + 100 + 300, study.Normal.Bins);
        Assert.All(study.Responses, response =>
        {
            int[] touched =
            [
                .. response.Shifts.Select(shift => shift.Link), .. response.LeftOut, topology.IndexOf(response.Case.Cable),
                topology.ReverseOf(topology.IndexOf(response.Case.Cable)),
            ];
            Assert.All(topology.Links, link =>
            {
                var series = study.Series(response, link.Index);
                Assert.Equal(response.Case.Bin + 300, series.Length);
                Assert.Equal(study.Normal.Series(link.Index, 0, response.Case.Bin), series[..response.Case.Bin]);
                var same = series.SequenceEqual(study.Normal.Series(link.Index, 0, series.Length));
                Assert.Equal(!touched.Contains(link.Index), same);
            });
        });
        Assert.All(topology.Links, link => Assert.Equal(
            alone.Series(alone.Responses[0], link.Index), study.Series(study.Responses[1], link.Index)));
        Assert.Equal(alone.Responses[0].Shifts, study.Responses[1].Shifts);
    }

    [Fact]
    public void Given_a_case_then_its_series_are_those_of_the_plain_simulation_with_delay_and_limit()
    {
        var topology = Topology.European();
        var demands = new CyclicDemands(topology, new CyclicDemandsOptions { BusiestUtilisation = 0.8 });
        var options = Short with { RestorationDelay = 2, CapacityLimit = true };

        var study = LinkFailureStudy.Run(topology, demands, [new("Frankfurt>Brussels", 600)], options);

        var schedule = new FailureSchedule(topology, [new LinkOutage("Frankfurt>Brussels", 600, 900)], restorationDelay: 2);
        var plain = NetworkSimulation.Run(topology, demands, 900, schedule, capacityLimit: true);
        var response = Assert.Single(study.Responses);
        Assert.All(topology.Links, link => Assert.Equal(plain.Series(link.Index), study.Series(response, link.Index)));
        Assert.Equal(plain.LostMegabits[600..].ToArray(), response.Loads.LostMegabits.ToArray());
        Assert.Equal(plain.CutMegabits[600..].ToArray(), response.Loads.CutMegabits.ToArray());
        Assert.True(response.Loads.LostMegabits[1] > 0 && response.Loads.LostMegabits[2] == 0);
        Assert.True(response.Loads.CutMegabits.ToArray().Max() > 0);
    }

    [Fact]
    public void Given_a_link_that_was_idle_then_it_is_left_out_though_it_carries_the_detour()
    {
        var triangle = Graphs.OfCables(3, (0, 1, 1), (1, 2, 1), (2, 0, 3));
        var demands = new ConstantDemands(0, 0.8, 0, 0, 0, 0.4, 0, 0, 0);

        var response = Assert.Single(LinkFailureStudy.Run(triangle, demands, [new("n0>n1", 600)], Short).Responses);

        // 0 to 1 goes over 2: the idle 0>2 and 2>1. 1>2 keeps what it has, as the path that comes to it, from 1 to 0, carries nothing.
        Assert.Equal((triangle.IndexOf("n1>n2"), 0.0), (Assert.Single(response.Shifts).Link, response.Shifts[0].Severity));
        Assert.Equal(["n2>n1", "n2>n0", "n0>n2"], response.LeftOut.Select(link => triangle.LinkNames[link]));
    }

    [Theory]
    [InlineData(0.0999, ShiftClass.None)]
    [InlineData(0.1, ShiftClass.Moderate)]
    [InlineData(0.5, ShiftClass.Moderate)]
    [InlineData(0.5001, ShiftClass.Drastic)]
    [InlineData(double.PositiveInfinity, ShiftClass.Drastic)]
    public void The_bounds_of_the_classes_are_those_of_the_definition(double severity, ShiftClass expected)
    {
        Assert.Equal(expected, LinkShift.ClassOf(severity));
    }

    [Fact]
    public void Given_a_seed_then_the_cases_are_the_same_cut_nobody_off_and_are_spread_over_the_day()
    {
        var topology = Topology.AbileneLike();
        var demands = new CyclicDemands(topology);

        var cases = FailureCases.Choose(topology, demands, seed: 3, options: Short);

        Assert.Equal(cases, FailureCases.Choose(topology, demands, seed: 3, options: Short));
        Assert.NotEqual(cases, FailureCases.Choose(topology, demands, seed: 4, options: Short));
        Assert.Equal(8, cases.Select(failure => failure.Cable).Distinct().Count());
        Assert.DoesNotContain(cases, failure => failure.Cable.Contains("ATLA-M5", StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(0, 8), cases.Select(failure => (failure.Bin - 2 * 288) / 36).Order());
        var survey = FailureCases.Survey(topology, demands, Short);
        Assert.Equal(survey.Select(cable => cable.MeanMegabits).OrderDescending(), survey.Select(cable => cable.MeanMegabits));
        Assert.Equal(survey.First(cable => cable.Drastic > 0).Cable, cases[0].Cable);
    }

    [Fact]
    public void Given_what_cannot_be_then_the_error_says_what_was_expected()
    {
        var topology = Topology.AbileneLike();
        var demands = new CyclicDemands(topology);

        Throws("BinsBefore: expected 288", Short with { BinsBefore = 287 }, new FailureCase("NYCMng>WASHng", 600));
        Throws("BinsAfter: expected 288", Short with { BinsAfter = 0 }, new FailureCase("NYCMng>WASHng", 600));
        Throws("RestorationDelay", Short with { RestorationDelay = -1 }, new FailureCase("NYCMng>WASHng", 600));
        Throws("MinimumUtilisation", Short with { MinimumUtilisation = double.NaN }, new FailureCase("NYCMng>WASHng", 600));
        Throws("Case NYCMng>WASHng: expected a bin from 576 up, found 500", Short, new FailureCase("NYCMng>WASHng", 500));
        Throws("found \"nowhere\"", Short, new FailureCase("nowhere", 600));
        Throws("found none", Short);
        var error = Assert.Throws<ArgumentException>(() => FailureCases.Choose(topology, demands, count: 15, options: Short));
        Assert.Contains("Expected 15 cables", error.Message, StringComparison.Ordinal);

        void Throws(string expected, LinkFailureStudyOptions options, params FailureCase[] cases) => Assert.Contains(
            expected,
            Assert.ThrowsAny<ArgumentException>(() => LinkFailureStudy.Run(topology, demands, cases, options)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Given_demands_that_end_within_a_day_of_the_failure_then_the_error_says_where()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(file, Enumerable.Repeat("0 8 0 0 0 0 0 0 0", 800));
            var triangle = Graphs.OfCables(3, (0, 1, 1), (1, 2, 1), (2, 0, 1));
            var demands = new MeasuredDemands([file], 3);

            var late = Assert.Throws<ArgumentException>(() => LinkFailureStudy.Run(triangle, demands, [new("n0>n1", 600)], Short));
            var never = Assert.Throws<ArgumentException>(
                () => FailureCases.Choose(triangle, demands, 1, options: Short with { BinsBefore = 900 }));

            Assert.Contains("from bin 600 on; they end at bin 800", late.Message, StringComparison.Ordinal);
            Assert.Contains("900 bins before the failures, found 800", never.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static double Utilisation(SimulatedLoads loads) =>
        loads.Topology.Links.Max(link => loads.Series(link.Index).Max() * 1000 / link.CapacityKilobits);

    private void Report(LinkFailureStudy study)
    {
        foreach (var response in study.Responses)
        {
            output.WriteLine($"{response.Case}: {response.Count(ShiftClass.Moderate)} moderate, {response.Count(ShiftClass.Drastic)} drastic, "
                + $"{response.Count(ShiftClass.None)} none, {response.LeftOut.Count} left out, most utilised {Utilisation(response.Loads):p0}; "
                + $"counterfactual {response.CountCounterfactual(ShiftClass.Moderate)} moderate, {response.CountCounterfactual(ShiftClass.Drastic)} drastic");
        }

        output.WriteLine($"all: {study.Count(ShiftClass.Moderate)} moderate, {study.Count(ShiftClass.Drastic)} drastic, "
            + $"{study.Count(ShiftClass.None)} none; counterfactual {study.CountCounterfactual(ShiftClass.Moderate)} moderate, "
            + $"{study.CountCounterfactual(ShiftClass.Drastic)} drastic; without failure most utilised {Utilisation(study.Normal):p0}");
    }
}
