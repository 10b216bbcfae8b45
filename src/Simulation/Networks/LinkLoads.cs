namespace StreamLearn.Simulation.Networks;

/// <summary>The loads of a network's links in Mbit/s, bin after bin of 5 minutes: what forecasts of link loads learn from.</summary>
/// <remarks>
/// Links without much traffic are left out, because a forecast of next to nothing says nothing: those whose mean over the first
/// <see cref="MeanBins"/> bins is at or below <c>minimumMeanLoad</c>. What comes later does not change which links there are.
/// </remarks>
public sealed class LinkLoads
{
    /// <summary>Bins that decide which links are left out: a week.</summary>
    public const int MeanBins = 2016;

    /// <summary>The mean load in Mbit/s at or below which a link is left out, unless told otherwise.</summary>
    public const double DefaultMinimumMeanLoad = 1;

    private readonly string[] _links;

    /// <summary>Mbit/s, bin-major.</summary>
    private readonly double[] _megabits;

    private LinkLoads(string[] links, int bins, double[] megabits, DateTimeOffset start)
    {
        _links = links;
        _megabits = megabits;
        Start = start;
        Bins = bins;
    }

    /// <summary>The length of a bin.</summary>
    public static TimeSpan Step { get; } = TimeSpan.FromMinutes(5);

    /// <summary>The first bin of the Abilene matrices, a Monday.</summary>
    public static DateTimeOffset AbileneStart { get; } = new(2004, 3, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Names of the links, in the order of the topology.</summary>
    public IReadOnlyList<string> Links => _links;

    /// <summary>The number of bins.</summary>
    public int Bins { get; }

    /// <summary>The beginning of bin 0.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>Mbit/s in a bin on the link with this place in <see cref="Links"/>.</summary>
    public double this[int bin, int link] => Bin(bin)[link];

    /// <summary>Routes measured matrices over a network.</summary>
    /// <param name="topology">The network; its nodes are the rows and columns of the matrices.</param>
    /// <param name="files">Files in order of time: each goes on where the one before ends.</param>
    /// <param name="minimumMeanLoad">Mbit/s; a link whose mean over the first week is at or below it is left out.</param>
    /// <param name="start">The beginning of the first bin; <see cref="AbileneStart"/> if not given.</param>
    /// <param name="megabitsPerUnit">What a 1 in the files is in Mbit/s.</param>
    /// <param name="outages">Cables that fail for some of the bins: measured demands, simulated failures.</param>
    public static LinkLoads FromTrafficMatrices(
        Topology topology,
        IEnumerable<string> files,
        double minimumMeanLoad = DefaultMinimumMeanLoad,
        DateTimeOffset? start = null,
        double megabitsPerUnit = TrafficMatrixFile.AbileneUnit,
        IReadOnlyCollection<LinkOutage>? outages = null)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(files);
        var demands = new MeasuredDemands(files, topology.Nodes.Count, start, megabitsPerUnit);
        var schedule = new FailureSchedule(topology, outages ?? []);
        return NetworkSimulation.Run(topology, demands, int.MaxValue, schedule).ToLinkLoads(minimumMeanLoad);
    }

    /// <summary>Mbit/s of every link of <see cref="Links"/> in one bin.</summary>
    public ReadOnlySpan<double> Bin(int bin)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)bin, (uint)Bins, nameof(bin));
        return _megabits.AsSpan(bin * _links.Length, _links.Length);
    }

    /// <summary>The beginning of a bin.</summary>
    public DateTimeOffset TimeOf(int bin) => Start + bin * Step;

    /// <summary>All observations as a live topic would bring them: bin by bin, within a bin link by link.</summary>
    public IEnumerable<LinkLoad> Records()
    {
        for (var bin = 0; bin < Bins; bin++)
        {
            var time = TimeOf(bin);
            for (var link = 0; link < _links.Length; link++)
                yield return new LinkLoad(_links[link], time, this[bin, link]);
        }
    }

    /// <summary>Leaves out the links without much traffic.</summary>
    /// <param name="topology">The network.</param>
    /// <param name="bins">The number of bins.</param>
    /// <param name="megabits">Mbit/s of all of its links, bin-major.</param>
    /// <param name="start">The beginning of the first bin.</param>
    /// <param name="minimumMeanLoad">Mbit/s; a link whose mean over the first week is at or below it is left out.</param>
    internal static LinkLoads OfAllLinks(
        Topology topology, int bins, double[] megabits, DateTimeOffset start, double minimumMeanLoad)
    {
        var width = topology.Links.Count;
        var kept = Enumerable.Range(0, width).Where(link => MeanOf(link) > minimumMeanLoad).ToArray();
        var keptMegabits = new double[bins * kept.Length];
        for (var bin = 0; bin < bins; bin++)
        {
            for (var place = 0; place < kept.Length; place++)
                keptMegabits[bin * kept.Length + place] = megabits[bin * width + kept[place]];
        }

        return new LinkLoads(Array.ConvertAll(kept, link => topology.LinkNames[link]), bins, keptMegabits, start);

        double MeanOf(int link)
        {
            var sum = 0.0;
            var counted = Math.Min(bins, MeanBins);
            for (var bin = 0; bin < counted; bin++)
                sum += megabits[bin * width + link];
            return sum / counted;
        }
    }
}
