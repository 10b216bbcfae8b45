using StreamLearn.Learners.Randomness;

namespace StreamLearn.Simulation.Networks;

/// <summary>
/// Which cables are down in which bins, and so the routing of every bin. Several may be down at once.
/// </summary>
/// <remarks>
/// With a restoration delay of d bins, the first d bins of an outage keep the paths from before it: demands whose path crosses the cable
/// are lost, all others go on. Then everything is on shortest paths of what is left. A repair takes effect at once and loses nothing.
/// </remarks>
public sealed class FailureSchedule
{
    private readonly int[] _firstBins;
    private readonly ShortestPathRouting[] _routings;

    /// <param name="topology">The network.</param>
    /// <param name="outages">What is down and when.</param>
    /// <param name="restorationDelay">Bins from a failure until its demands are re-routed, from 0 up.</param>
    /// <exception cref="ArgumentException">A link is not there, or its bins are none.</exception>
    public FailureSchedule(Topology topology, IReadOnlyCollection<LinkOutage> outages, int restorationDelay = 0)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(outages);
        ArgumentOutOfRangeException.ThrowIfNegative(restorationDelay);
        foreach (var outage in outages)
        {
            _ = topology.Require(outage.Link);
            if (outage.FirstBin < 0 || outage.EndBin <= outage.FirstBin)
                throw new ArgumentException($"Expected bins from 0 up, at least one, found {outage.FirstBin} to before {outage.EndBin}.");
        }

        Topology = topology;
        Outages = [.. outages];
        RestorationDelay = restorationDelay;
        var changes = outages.SelectMany(outage => new[] { outage.FirstBin, RestoredBin(outage), outage.EndBin });
        _firstBins = [.. changes.Append(0).Distinct().Order()];
        _routings = Array.ConvertAll(_firstBins, Route);
    }

    /// <summary>The network.</summary>
    public Topology Topology { get; }

    /// <summary>What is down and when.</summary>
    public IReadOnlyList<LinkOutage> Outages { get; }

    /// <summary>Bins from a failure until its demands are re-routed.</summary>
    public int RestorationDelay { get; }

    /// <summary>
    /// Draws outages: cables whose loss, with those still down, cuts no pair of nodes off. Their instants are one in each of
    /// <paramref name="count"/> equal parts of the time, at different hours of the day.
    /// </summary>
    /// <param name="topology">The network.</param>
    /// <param name="seed">Everything that is drawn follows from it.</param>
    /// <param name="count">How many outages.</param>
    /// <param name="firstBin">The first bin that may be an instant.</param>
    /// <param name="endBin">The first bin after those that may be an instant.</param>
    /// <param name="repairBins">How many bins a cable is down.</param>
    /// <param name="restorationDelay">Bins from a failure until its demands are re-routed.</param>
    /// <exception cref="ArgumentException">There are fewer bins than outages, or no cable whose loss cuts nobody off.</exception>
    public static FailureSchedule Draw(
        Topology topology, ulong seed, int count, int firstBin, int endBin, int repairBins, int restorationDelay = 0)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(firstBin);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(repairBins);
        if (endBin - firstBin < count)
            throw new ArgumentException($"Expected {count} bins or more for {count} outages, found {firstBin} to before {endBin}.");

        var random = new Xoshiro256(seed);
        var outages = new List<LinkOutage>();
        foreach (var bin in DrawInstants(random, count, firstBin, endBin))
        {
            var down = outages.Where(outage => outage.EndBin > bin).Select(outage => topology.IndexOf(outage.Link)).ToArray();
            var cables = FailureCases.Survivable(topology, down);
            if (cables.Count == 0)
                throw new ArgumentException($"Expected a cable whose loss cuts no node off, found none for bin {bin}.");
            var cable = cables[(int)(cables.Count * random.NextDouble())];
            outages.Add(new LinkOutage(topology.LinkNames[cable], bin, bin + Math.Min(repairBins, int.MaxValue - bin)));
        }

        return new FailureSchedule(topology, outages, restorationDelay);
    }

    /// <summary>The routing in a bin.</summary>
    public ShortestPathRouting RoutingAt(int bin)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bin);
        var place = Array.BinarySearch(_firstBins, bin);
        return _routings[place >= 0 ? place : ~place - 1];
    }

    /// <summary>One bin in each of equal parts, at hours of the day that are spread and in random order where a part has a day.</summary>
    private static IEnumerable<int> DrawInstants(Xoshiro256 random, int count, int firstBin, int endBin)
    {
        const int Day = DemandProcess.BinsPerDay;
        var hours = Shuffled(count, random);
        for (var part = 0; part < count; part++)
        {
            var first = firstBin + (int)((long)(endBin - firstBin) * part / count);
            var bins = firstBin + (int)((long)(endBin - firstBin) * (part + 1) / count) - first;
            var jitter = random.NextDouble();
            var ofDay = (int)((hours[part] + jitter) * Day / count);
            var wait = ((ofDay - first) % Day + Day) % Day;
            yield return first + (wait < bins ? wait : (int)(bins * jitter));
        }
    }

    /// <summary>0, 1, ... in random order (Fisher and Yates).</summary>
    internal static int[] Shuffled(int count, Xoshiro256 random)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (var place = count - 1; place > 0; place--)
        {
            var other = (int)((place + 1) * random.NextDouble());
            (order[place], order[other]) = (order[other], order[place]);
        }

        return order;
    }

    private int RestoredBin(LinkOutage outage) => outage.FirstBin + Math.Min(RestorationDelay, outage.EndBin - outage.FirstBin);

    private ShortestPathRouting Route(int bin)
    {
        int[] down = [.. Outages.Where(outage => outage.FirstBin <= bin && bin < outage.EndBin).Select(LinkOf)];
        int[] known = [.. Outages.Where(outage => RestoredBin(outage) <= bin && bin < outage.EndBin).Select(LinkOf)];
        var routing = new ShortestPathRouting(Topology, known);
        return known.Length == down.Length ? routing : routing.WithoutPathsOver(ShortestPathRouting.IsDown(Topology, down));

        int LinkOf(LinkOutage outage) => Topology.IndexOf(outage.Link);
    }
}
