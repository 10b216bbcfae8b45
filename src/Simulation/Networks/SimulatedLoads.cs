namespace StreamLearn.Simulation.Networks;

/// <summary>Simulated loads in Mbit/s, of every link in every bin of 5 minutes, and what was lost.</summary>
public sealed class SimulatedLoads
{
    private const int FewestRows = 1024;

    private readonly int _width;
    private readonly bool _capacityLimit;

    /// <summary>Mbit/s, bin-major, with room for more bins.</summary>
    private double[] _megabits = [];
    private double[] _lost = [];
    private double[] _cut = [];

    internal SimulatedLoads(Topology topology, DateTimeOffset start, bool capacityLimit)
    {
        Topology = topology;
        Start = start;
        _width = topology.Links.Count;
        _capacityLimit = capacityLimit;
    }

    /// <summary>The network.</summary>
    public Topology Topology { get; }

    /// <summary>The beginning of bin 0.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>The number of bins.</summary>
    public int Bins { get; private set; }

    /// <summary>By bin, demands without a path, because there is none or because it was not restored yet, Mbit/s.</summary>
    public ReadOnlySpan<double> LostMegabits => _lost.AsSpan(0, Bins);

    /// <summary>By bin, the sum over links of the load above capacity, Mbit/s; 0 without the limit.</summary>
    public ReadOnlySpan<double> CutMegabits => _cut.AsSpan(0, Bins);

    /// <summary>Mbit/s in a bin on a link.</summary>
    public double this[int bin, int link] => Bin(bin)[link];

    /// <summary>Mbit/s of every link in one bin.</summary>
    public ReadOnlySpan<double> Bin(int bin)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)bin, (uint)Bins, nameof(bin));
        return _megabits.AsSpan(bin * _width, _width);
    }

    /// <summary>Mbit/s of one link in some bins.</summary>
    /// <param name="link">Index of the link.</param>
    /// <param name="firstBin">The first bin.</param>
    /// <param name="bins">How many; to the end if not given.</param>
    public double[] Series(int link, int firstBin = 0, int? bins = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)link, (uint)_width, nameof(link));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)firstBin, (uint)Bins, nameof(firstBin));
        var count = bins ?? Bins - firstBin;
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(Bins - firstBin), nameof(bins));
        var series = new double[count];
        for (var bin = 0; bin < count; bin++)
            series[bin] = _megabits[(firstBin + bin) * _width + link];
        return series;
    }

    /// <summary>As records for a pipeline, without the links that carry little.</summary>
    /// <param name="minimumMeanLoad">Mbit/s; a link whose mean over the first week is at or below it is left out.</param>
    public LinkLoads ToLinkLoads(double minimumMeanLoad = LinkLoads.DefaultMinimumMeanLoad) =>
        LinkLoads.OfAllLinks(Topology, Bins, _megabits, Start, minimumMeanLoad);

    internal double Mean(int link, int firstBin, int bins)
    {
        var sum = 0.0;
        for (var bin = firstBin; bin < firstBin + bins; bin++)
            sum += this[bin, link];
        return sum / bins;
    }

    /// <summary>Routes one more bin. Allocates only where there is no room left.</summary>
    internal void Append(ReadOnlySpan<double> demands, ShortestPathRouting routing)
    {
        if (Bins == _lost.Length)
        {
            var rows = Math.Max(FewestRows, 2 * Bins);
            Array.Resize(ref _lost, rows);
            Array.Resize(ref _cut, rows);
            Array.Resize(ref _megabits, rows * _width);
        }

        var loads = _megabits.AsSpan(Bins * _width, _width);
        _lost[Bins] = routing.RouteLoads(demands, loads);
        if (_capacityLimit)
            _cut[Bins] = Cut(loads);
        Bins++;
    }

    private double Cut(Span<double> loads)
    {
        var cut = 0.0;
        for (var link = 0; link < loads.Length; link++)
        {
            var capacity = Topology.Links[link].CapacityKilobits / 1000;
            if (loads[link] <= capacity)
                continue;
            cut += loads[link] - capacity;
            loads[link] = capacity;
        }

        return cut;
    }
}
