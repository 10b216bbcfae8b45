using StreamLearn.Simulation.Bandits;
using StreamLearn.Simulation.Networks;

namespace StreamLearn.Simulation.Control.Routing;

/// <summary>Bin after bin: the demands that are split, what all others put on the links, and which links are down.</summary>
internal sealed class RoutedTraffic
{
    private readonly IDemandSource _demands;
    private readonly FailureSchedule _failures;

    /// <summary>After how many bins the failures repeat.</summary>
    private readonly long _period;
    private readonly (int Cable, int Reverse, int FirstBin, int EndBin)[] _outages;

    /// <summary>Places of the demands that are split, in the matrix.</summary>
    private readonly int[] _pairs;

    /// <summary>The demands of all others, N x N.</summary>
    private readonly double[] _others;
    private readonly double[] _rates;
    private readonly double[] _background;
    private readonly bool[] _isDown;
    private IEnumerator<ReadOnlyMemory<double>> _bins;

    public RoutedTraffic(Topology topology, IDemandSource demands, FailureSchedule failures, long period, IReadOnlyList<PathMenu> menus)
    {
        _demands = demands;
        _failures = failures;
        _period = period;
        _outages = [.. failures.Outages.Select(outage => (topology.IndexOf(outage.Link), outage))
            .Select(found => (found.Item1, topology.ReverseOf(found.Item1), found.outage.FirstBin, found.outage.EndBin))];
        _pairs = [.. menus.Select(menu => topology.Links[menu.Paths[0].Links[0]].Source * topology.Nodes.Count
            + topology.Links[menu.Paths[0].Links[^1]].Destination)];
        _others = new double[topology.Nodes.Count * topology.Nodes.Count];
        _rates = new double[menus.Count];
        _background = new double[topology.Links.Count];
        _isDown = new bool[topology.Links.Count];
        _bins = demands.ReadBins().GetEnumerator();
    }

    /// <summary>The bin last read; -1 before the first.</summary>
    public long Bin { get; private set; } = -1;

    /// <summary>When it begins.</summary>
    public DateTimeOffset Time => _demands.Start + Bin * LinkLoads.Step;

    /// <summary>Mbit/s of the demands that are split.</summary>
    public ReadOnlySpan<double> Rates => _rates;

    /// <summary>Mbit/s by link of all others, on shortest paths.</summary>
    public ReadOnlySpan<double> Background => _background;

    /// <summary>Mbit/s of the others that have no path.</summary>
    public double BackgroundLost { get; private set; }

    /// <summary>By link.</summary>
    public ReadOnlySpan<bool> IsDown => _isDown;

    /// <summary>Goes on to the next bin. Allocates only where the demands begin again.</summary>
    public void Advance()
    {
        Read().Span.CopyTo(_others);
        Bin++;
        for (var demand = 0; demand < _pairs.Length; demand++)
        {
            _rates[demand] = _others[_pairs[demand]];
            _others[_pairs[demand]] = 0;
        }

        var bin = (int)Math.Min(Bin % _period, int.MaxValue);
        BackgroundLost = _failures.RoutingAt(bin).RouteLoads(_others, _background);
        _isDown.AsSpan().Clear();
        foreach (var outage in _outages)
        {
            if (outage.FirstBin > bin || bin >= outage.EndBin)
                continue;
            _isDown[outage.Cable] = true;
            if (outage.Reverse >= 0)
                _isDown[outage.Reverse] = true;
        }
    }

    private ReadOnlyMemory<double> Read()
    {
        if (!_bins.MoveNext())
        {
            _bins.Dispose();
            _bins = _demands.ReadBins().GetEnumerator();
            if (!_bins.MoveNext())
                throw new ArgumentException("Demands: expected one bin or more, found none.");
        }

        return _bins.Current;
    }
}
