namespace StreamLearn.Simulation.Networks;

/// <summary>
/// Failures one by one on the same demands: a common history without failure, and for each case what follows. For forecasts of link loads
/// that learn on the history and are judged by how they cope with the shift.
/// </summary>
/// <example>
/// <code>
/// var topology = Topology.BuiltIn("european");
/// var demands = new CyclicDemands(topology);
/// var study = LinkFailureStudy.Run(topology, demands, FailureCases.Choose(topology, demands));
/// foreach (var response in study.Responses)
///     foreach (var shift in response.Shifts.Where(shift => shift.Class != ShiftClass.None))
///         Use(study.Series(response, shift.Link), response.Case.Bin, shift.Class);
/// </code>
/// </example>
/// <remarks>
/// Severity: Ayoub et al., arXiv 2404.05304, compare drastic with moderate shifts; the formula and its bounds are our choice
/// (docs/simulation.md).
/// </remarks>
public sealed class LinkFailureStudy
{
    private const int Day = DemandProcess.BinsPerDay;

    private LinkFailureStudy(LinkFailureStudyOptions options, SimulatedLoads normal, IReadOnlyList<FailureResponse> responses)
    {
        Options = options;
        Normal = normal;
        Responses = responses;
    }

    /// <summary>How long it looks, and at which links.</summary>
    public LinkFailureStudyOptions Options { get; }

    /// <summary>The network.</summary>
    public Topology Topology => Normal.Topology;

    /// <summary>Loads without any failure: the common history, and what would have come to the end of the last case.</summary>
    public SimulatedLoads Normal { get; }

    /// <summary>What came of each case, in the order of the cases.</summary>
    public IReadOnlyList<FailureResponse> Responses { get; }

    /// <summary>Simulates all cases in one reading of the demands.</summary>
    /// <param name="topology">The network.</param>
    /// <param name="demands">What its nodes send each other.</param>
    /// <param name="cases">What fails; the instants are not before the end of the common history.</param>
    /// <param name="options">How long to look, and at which links.</param>
    /// <exception cref="ArgumentException">
    /// An option is out of its range, a cable is not there, or a case does not have all of its history before it and a day after it.
    /// </exception>
    public static LinkFailureStudy Run(
        Topology topology, IDemandSource demands, IReadOnlyList<FailureCase> cases, LinkFailureStudyOptions? options = null)
    {
        NetworkSimulation.Check(topology, demands);
        ArgumentNullException.ThrowIfNull(cases);
        var study = options ?? new LinkFailureStudyOptions();
        study.CheckRanges();
        if (cases.Count == 0)
            throw new ArgumentException("Expected a failure case or more, found none.", nameof(cases));
        foreach (var failure in cases)
        {
            if (failure.Bin < study.BinsBefore)
                throw new ArgumentException($"Case {failure.Cable}: expected a bin from {study.BinsBefore} up, found {failure.Bin}.");
        }

        FailureSchedule[] schedules =
        [
            .. cases.Select(failure => new FailureSchedule(
                topology, [new LinkOutage(failure.Cable, failure.Bin, int.MaxValue)], study.RestorationDelay)),
        ];
        var (normal, loads) = Simulate(topology, demands, cases, schedules, study);
        var responses = cases.Select((failure, place) => Respond(failure, schedules[place], normal, loads[place], study));
        return new LinkFailureStudy(study, normal, [.. responses]);
    }

    /// <summary>Mbit/s of a link from bin 0 through the failure to the end of the case: normal before, with the failure after.</summary>
    public double[] Series(FailureResponse response, int link)
    {
        ArgumentNullException.ThrowIfNull(response);
        return [.. Normal.Series(link, 0, response.Case.Bin), .. response.Loads.Series(link)];
    }

    /// <summary>How many pairs of a case and an observed link have a shift of this class.</summary>
    public int Count(ShiftClass shift) => Responses.Sum(response => response.Count(shift));

    /// <summary>How many pairs of a case and an observed link have a shift of this class by the counterfactual severity.</summary>
    public int CountCounterfactual(ShiftClass shift) => Responses.Sum(response => response.CountCounterfactual(shift));

    private static (SimulatedLoads Normal, SimulatedLoads[] Cases) Simulate(
        Topology topology,
        IDemandSource demands,
        IReadOnlyList<FailureCase> cases,
        FailureSchedule[] schedules,
        LinkFailureStudyOptions options)
    {
        var calm = new ShortestPathRouting(topology);
        var normal = new SimulatedLoads(topology, demands.Start, options.CapacityLimit);
        SimulatedLoads[] loads =
            [.. cases.Select(failure => new SimulatedLoads(topology, demands.Start + failure.Bin * LinkLoads.Step, options.CapacityLimit))];
        var end = cases.Max(failure => (long)failure.Bin) + options.BinsAfter;
        foreach (var matrix in demands.ReadBins())
        {
            for (var place = 0; place < loads.Length; place++)
            {
                if (normal.Bins >= cases[place].Bin && loads[place].Bins < options.BinsAfter)
                    loads[place].Append(matrix.Span, schedules[place].RoutingAt(normal.Bins));
            }

            normal.Append(matrix.Span, calm);
            if (normal.Bins == end)
                break;
        }

        return (normal, loads);
    }

    private static FailureResponse Respond(
        FailureCase failure, FailureSchedule schedule, SimulatedLoads normal, SimulatedLoads loads, LinkFailureStudyOptions options)
    {
        if (loads.Bins < Day)
        {
            throw new ArgumentException(
                $"Case {failure.Cable}: expected demands for {Day} bins, a day, from bin {failure.Bin} on; they end at bin {normal.Bins}.");
        }

        var topology = normal.Topology;
        var failed = topology.CableOf(topology.IndexOf(failure.Cable));
        var shifts = new List<LinkShift>();
        var leftOut = new List<int>();
        foreach (var link in MovedLinks(schedule, failure.Bin))
        {
            var before = normal.Mean(link, failure.Bin - Day, Day);
            if (topology.CableOf(link) == failed)
                continue;
            if (options.Observes(topology.Links[link], before))
                shifts.Add(new LinkShift(link, before, loads.Mean(link, 0, Day), normal.Mean(link, failure.Bin, Day)));
            else
                leftOut.Add(link);
        }

        return new FailureResponse(failure, loads, shifts, leftOut);
    }

    /// <summary>Links that lose or gain the path of some pair, at the failure or when it is re-routed.</summary>
    private static IEnumerable<int> MovedLinks(FailureSchedule schedule, int failureBin)
    {
        var topology = schedule.Topology;
        var before = new ShortestPathRouting(topology);
        var moved = new bool[topology.Links.Count];
        foreach (var bin in new[] { failureBin, failureBin + schedule.RestorationDelay })
        {
            var after = schedule.RoutingAt(bin);
            for (var source = 0; source < topology.Nodes.Count; source++)
            {
                for (var destination = 0; destination < topology.Nodes.Count; destination++)
                    Mark(before.PathOf(source, destination), after.PathOf(source, destination), moved);
            }
        }

        return Enumerable.Range(0, moved.Length).Where(link => moved[link]);
    }

    private static void Mark(ReadOnlySpan<int> before, ReadOnlySpan<int> after, bool[] moved)
    {
        foreach (var link in before)
            moved[link] |= !after.Contains(link);
        foreach (var link in after)
            moved[link] |= !before.Contains(link);
    }
}
