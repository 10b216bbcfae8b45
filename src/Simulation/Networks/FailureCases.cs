using StreamLearn.Learners.Randomness;

namespace StreamLearn.Simulation.Networks;

/// <summary>Chooses what fails in a <see cref="LinkFailureStudy"/>.</summary>
public static class FailureCases
{
    /// <summary>Failure cases unless told otherwise.</summary>
    public const int DefaultCount = 8;

    /// <summary>
    /// Chooses different cables whose loss cuts no pair of nodes off and shifts some link, and for each an instant in a part of its own
    /// of the day that follows the common history, in random order.
    /// </summary>
    /// <remarks>
    /// The first is the most loaded cable that shifts a link drastically, then, if it shifts none moderately, the most loaded one that
    /// does; the others are drawn from the more loaded ones, twice as many as are wanted. What counts here are mean demands over the common
    /// history; the study measures what comes of it.
    /// </remarks>
    /// <param name="topology">The network.</param>
    /// <param name="demands">What its nodes send each other.</param>
    /// <param name="count">How many cases.</param>
    /// <param name="seed">Everything that is drawn follows from it.</param>
    /// <param name="options">The study that the cases are for.</param>
    /// <param name="spreadBins">Instants are in this many bins after the common history; a day if not given.</param>
    /// <exception cref="ArgumentException">There are not so many such cables; the message says how many.</exception>
    public static IReadOnlyList<FailureCase> Choose(
        Topology topology,
        IDemandSource demands,
        int count = DefaultCount,
        ulong seed = 1,
        LinkFailureStudyOptions? options = null,
        int spreadBins = DemandProcess.BinsPerDay)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(spreadBins, count);
        var study = options ?? new LinkFailureStudyOptions();
        var ranked = Survey(topology, demands, study).Where(cable => cable.Moderate + cable.Drastic > 0).ToList();
        if (ranked.Count < count)
            throw new ArgumentException($"Expected {count} cables whose loss cuts no node off and shifts a link, found {ranked.Count}.");

        var random = new Xoshiro256(seed);
        var chosen = Pick(ranked, count, random);
        var parts = FailureSchedule.Shuffled(count, random);
        return [.. chosen.Zip(parts, (cable, part) =>
            new FailureCase(cable.Cable, study.BinsBefore + (int)((part + random.NextDouble()) * spreadBins / count)))];
    }

    /// <summary>
    /// What the loss of each cable would do that cuts no pair of nodes off, the most loaded first: mean demands over the common history,
    /// on the paths before and after.
    /// </summary>
    /// <param name="topology">The network.</param>
    /// <param name="demands">What its nodes send each other.</param>
    /// <param name="options">The study: its bins before and which links are left out.</param>
    public static IReadOnlyList<CableOutlook> Survey(Topology topology, IDemandSource demands, LinkFailureStudyOptions? options = null)
    {
        NetworkSimulation.Check(topology, demands);
        var study = options ?? new LinkFailureStudyOptions();
        study.CheckRanges();
        var means = MeanDemands(demands, study.BinsBefore);
        var before = new double[topology.Links.Count];
        var after = new double[topology.Links.Count];
        new ShortestPathRouting(topology).RouteLoads(means, before);
        return [.. Survivable(topology, []).Select(Look).OrderByDescending(cable => cable.MeanMegabits)];

        CableOutlook Look(int cable)
        {
            new ShortestPathRouting(topology, [cable]).RouteLoads(means, after);
            var classes = topology.Links
                .Where(link => topology.CableOf(link.Index) != cable && study.Observes(link, before[link.Index]))
                .Select(link => LinkShift.ClassOf(Math.Abs(after[link.Index] - before[link.Index]) / before[link.Index]))
                .ToList();
            var reverse = topology.ReverseOf(cable);
            return new CableOutlook(
                topology.LinkNames[cable],
                before[cable] + (reverse < 0 ? 0 : before[reverse]),
                classes.Count(shift => shift == ShiftClass.Moderate),
                classes.Count(shift => shift == ShiftClass.Drastic));
        }
    }

    /// <summary>Cables that are up and whose loss, with those that are down, cuts off no pair that has a path yet.</summary>
    internal static IReadOnlyList<int> Survivable(Topology topology, int[] down)
    {
        var unreachable = new ShortestPathRouting(topology, down).UnreachablePairs;
        var isDown = ShortestPathRouting.IsDown(topology, down);
        return [.. topology.Links
            .Select(link => link.Index)
            .Where(link => topology.CableOf(link) == link && !isDown[link])
            .Where(link => new ShortestPathRouting(topology, [.. down, link]).UnreachablePairs == unreachable)];
    }

    private static List<CableOutlook> Pick(List<CableOutlook> ranked, int count, Xoshiro256 random)
    {
        var chosen = new List<CableOutlook> { ranked.Find(cable => cable.Drastic > 0) ?? ranked[0] };
        if (chosen[0].Moderate == 0 && count > 1 && ranked.Find(cable => cable.Moderate > 0) is { } moderate)
            chosen.Add(moderate);
        var pool = ranked.Take(2 * count).Except(chosen).ToList();
        foreach (var place in FailureSchedule.Shuffled(pool.Count, random).Take(count - chosen.Count))
            chosen.Add(pool[place]);
        return chosen;
    }

    private static double[] MeanDemands(IDemandSource demands, int bins)
    {
        var sums = new double[demands.Nodes * demands.Nodes];
        var found = 0;
        foreach (var matrix in demands.ReadBins())
        {
            for (var pair = 0; pair < sums.Length; pair++)
                sums[pair] += matrix.Span[pair];
            if (++found == bins)
                break;
        }

        return found == bins
            ? Array.ConvertAll(sums, sum => sum / bins)
            : throw new ArgumentException($"Expected demands for {bins} bins before the failures, found {found}.");
    }
}
