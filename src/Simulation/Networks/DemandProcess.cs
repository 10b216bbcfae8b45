using StreamLearn.Learners.Randomness;

namespace StreamLearn.Simulation.Networks;

/// <summary>
/// The demand of every pair of nodes, bin after bin: a gravity model's mean, times the hour's cycle at both ends, times a
/// log-normal AR(1) noise with mean 1, times now and then a burst. No node sends to itself.
/// </summary>
internal sealed class DemandProcess
{
    public const int BinsPerDay = 288;

    /// <summary>What is left of a burst after one bin: a twentieth after an hour and a half.</summary>
    private const double BurstDecay = 0.85;

    /// <summary>Deviation of the logarithm of a mean demand from the gravity model, which real matrices follow only roughly.</summary>
    private const double GravityScatter = 0.4;

    private readonly BackboneTrafficOptions _options;
    private readonly IReadOnlyList<TrafficSite> _sites;
    private readonly Xoshiro256 _random;
    private readonly double[] _means;
    private readonly double[] _demands;

    /// <summary>Logarithm of the noise by pair, in units of its standard deviation.</summary>
    private readonly double[] _noise;

    /// <summary>Height of the burst that is on, by pair, as a multiple of the demand under it.</summary>
    private readonly double[] _burst;
    private readonly double[] _cycle;
    private bool _started;

    public DemandProcess(BackboneTrafficOptions options, IReadOnlyList<TrafficSite> sites, Xoshiro256 random)
    {
        _options = options;
        _sites = sites;
        _random = random;
        _means = DrawMeans(sites, options.TotalMegabits, random);
        _demands = new double[_means.Length];
        _noise = new double[_means.Length];
        _burst = new double[_means.Length];
        _cycle = new double[sites.Count];
    }

    /// <summary>Mbit/s on a mean working day, N x N, a row per source.</summary>
    public ReadOnlySpan<double> MeanMegabits => _means;

    /// <summary>Mbit/s in the bin last advanced to, N x N, a row per source.</summary>
    public ReadOnlyMemory<double> Buffer => _demands;

    /// <summary>Sites for a network of which nothing is known.</summary>
    public static TrafficSite[] DrawSites(int count, Xoshiro256 random)
    {
        var sites = new TrafficSite[count];
        for (var node = 0; node < count; node++)
            sites[node] = new TrafficSite(Math.Exp(0.8 * random.NextGaussian()), TimeSpan.FromHours(-(int)(4 * random.NextDouble())));
        return sites;
    }

    /// <summary>Goes on to the next bin.</summary>
    public void Advance(DateTimeOffset time)
    {
        for (var node = 0; node < _cycle.Length; node++)
            _cycle[node] = TrafficCycle.At(time, _sites[node].UtcOffset, _options.DailyAmplitude, _options.WeekendDip);

        var deviation = _options.NoiseDeviation;
        // The first bin draws from the stationary distribution, so that the noise is no smaller there than later.
        var memory = _started ? _options.NoiseMemory : 0;
        var fresh = Math.Sqrt(1 - memory * memory);
        var burstProbability = _options.BurstsPerDay / BinsPerDay;
        _started = true;
        for (var pair = 0; pair < _demands.Length; pair++)
        {
            var (source, destination) = Math.DivRem(pair, _cycle.Length);
            if (source == destination)
                continue;
            _noise[pair] = memory * _noise[pair] + fresh * _random.NextGaussian();
            _burst[pair] *= BurstDecay;
            if (_random.NextDouble() < burstProbability)
                _burst[pair] += _options.BurstHeight * _random.NextExponential();
            _demands[pair] = _means[pair]
                * ((_cycle[source] + _cycle[destination]) / 2)
                * Math.Exp(deviation * _noise[pair] - deviation * deviation / 2)
                * (1 + _burst[pair]);
        }
    }

    private static double[] DrawMeans(IReadOnlyList<TrafficSite> sites, double total, Xoshiro256 random)
    {
        var means = new double[sites.Count * sites.Count];
        for (var pair = 0; pair < means.Length; pair++)
        {
            var (source, destination) = Math.DivRem(pair, sites.Count);
            if (source != destination)
                means[pair] = sites[source].Mass * sites[destination].Mass * Math.Exp(GravityScatter * random.NextGaussian());
        }

        var scale = total / means.Sum();
        return Array.ConvertAll(means, mean => mean * scale);
    }
}
