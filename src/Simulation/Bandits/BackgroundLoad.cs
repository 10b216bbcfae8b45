using StreamLearn.Learners.Randomness;
using StreamLearn.Simulation.Networks;

namespace StreamLearn.Simulation.Bandits;

/// <summary>What all others send over the links, bin after bin, and what is measured of it.</summary>
internal sealed class BackgroundLoad
{
    private readonly Topology _topology;
    private readonly IDemandSource _demands;
    private readonly double _deviation;
    private readonly Xoshiro256 _random;
    private readonly double[] _megabits;

    /// <summary>Measured utilisations of the last bins, a ring: bin modulo its length, then link.</summary>
    private readonly double[][] _measured;
    private ShortestPathRouting _routing;
    private IEnumerator<ReadOnlyMemory<double>> _bins;
    private long _bin = -1;

    public BackgroundLoad(
        Topology topology, IDemandSource demands, ShortestPathRouting routing, PathChoiceOptions options, Xoshiro256 random)
    {
        NetworkSimulation.Check(topology, demands);
        _topology = topology;
        _demands = demands;
        _routing = routing;
        _deviation = options.MeasurementDeviation;
        _random = random;
        _megabits = new double[topology.Links.Count];
        _measured = new double[options.MeasurementDelay + 1][];
        for (var age = 0; age < _measured.Length; age++)
            _measured[age] = new double[topology.Links.Count];
        _bins = demands.ReadBins().GetEnumerator();
    }

    /// <summary>Mbit/s by link, now.</summary>
    public ReadOnlySpan<double> Megabits => _megabits;

    /// <summary>
    /// Utilisation by link, 0 to 1, as measured some bins ago; in the first bins the first measurement. A link that was down carried
    /// nothing.
    /// </summary>
    public ReadOnlySpan<double> Measured => _measured[Math.Max(_bin - _measured.Length + 1, 0) % _measured.Length];

    /// <summary>Goes on to the bin of this time.</summary>
    /// <param name="seconds">Since the beginning of bin 0, not before the time last gone to.</param>
    public void AdvanceTo(double seconds)
    {
        for (var bin = (long)(seconds / LinkLoads.Step.TotalSeconds); _bin < bin;)
        {
            ReadBin();
            _bin++;
            Route();
            Measure(_measured[_bin % _measured.Length]);
        }
    }

    /// <summary>Other routes from now on.</summary>
    public void Use(ShortestPathRouting routing)
    {
        _routing = routing;
        if (_bin >= 0)
            Route();
    }

    private void ReadBin()
    {
        if (_bins.MoveNext())
            return;
        _bins.Dispose();
        _bins = _demands.ReadBins().GetEnumerator();
        if (!_bins.MoveNext())
            throw new ArgumentException("Demands: expected one bin or more, found none.");
    }

    private void Route() => _routing.RouteLoads(_bins.Current.Span, _megabits);

    private void Measure(double[] utilisations)
    {
        for (var link = 0; link < utilisations.Length; link++)
        {
            var exact = Math.Min(_megabits[link] * 1000 / _topology.Links[link].CapacityKilobits, 1);
            var error = _deviation * _random.NextGaussian();
            utilisations[link] = exact > 0 ? Math.Clamp(exact + error, 0, 1) : 0;
        }
    }
}
