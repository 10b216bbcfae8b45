using StreamLearn.Learners.Randomness;
using static StreamLearn.Simulation.Networks.OptionRange;

namespace StreamLearn.Simulation.Networks;

/// <summary>
/// Demands that are sums of sines: T(t) = max(0, b (1 + Σ a_k sin(2π t / P_k + φ_k)) (1 + e(t))) for every pair of nodes, t in hours,
/// with its own amplitudes and phases about those of the cycles, and e an AR(1) noise with a standard deviation of its own. No node
/// sends to itself. The same options give the same bits on the same machine type.
/// </summary>
/// <remarks>
/// The mean b is given, or gravity: size of the source x size of the destination / distance, the distance being the weight of the shortest
/// path. Pairs nearer than a tenth of the mean distance count as that far: two routers in one building do not exchange more than
/// two big cities. A pair's local time is half-way between those of its ends.
/// </remarks>
public sealed class CyclicDemands : IDemandSource
{
    /// <summary>What the seed of the noise differs by from that of all else, so that noise does not change what else is drawn.</summary>
    private const ulong NoiseStream = 0x6E6F697365;

    private const double NearestShare = 0.1;

    private readonly CyclicDemandsOptions _options;

    /// <summary>a cos φ and a sin φ by pair and cycle.</summary>
    private readonly (double Sine, double Cosine)[] _waves;
    private readonly double[] _means;
    private readonly double[] _deviations;
    private readonly double[] _amplitudes;

    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public CyclicDemands(Topology topology, CyclicDemandsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(topology);
        _options = options ?? new CyclicDemandsOptions();
        Nodes = topology.Nodes.Count;
        CheckRanges(_options, topology);
        var random = new Xoshiro256(_options.Seed);
        var sites = _options.Sites ?? Topology.SitesOf(topology) ?? DemandProcess.DrawSites(Nodes, random);
        _means = _options.BaseMegabits is { } given ? [.. given] : Gravity(topology, sites);
        for (var node = 0; node < Nodes; node++)
            _means[node * (Nodes + 1)] = 0;

        _deviations = new double[_means.Length];
        _amplitudes = new double[_means.Length * _options.Cycles.Count];
        _waves = new (double, double)[_amplitudes.Length];
        DrawPairs(sites, random);
    }

    /// <inheritdoc/>
    public int Nodes { get; }

    /// <inheritdoc/>
    public DateTimeOffset Start => _options.Start;

    /// <summary>The mean demands b, Mbit/s, N x N, a row per source.</summary>
    public ReadOnlySpan<double> MeanMegabits => _means;

    /// <summary>Standard deviation of the noise e by pair.</summary>
    internal ReadOnlySpan<double> NoiseDeviations => _deviations;

    /// <inheritdoc/>
    public IEnumerable<ReadOnlyMemory<double>> ReadBins()
    {
        var random = new Xoshiro256(_options.Seed ^ NoiseStream);
        var noise = new double[_means.Length];
        var demands = new double[_means.Length];
        var turns = new (double Sine, double Cosine)[_options.Cycles.Count];
        // The first bin draws from the stationary distribution, so that the noise is no smaller there than later.
        for (var (bin, memory) = (0L, 0.0); ; bin++, memory = _options.NoiseMemory)
        {
            Advance(HoursAt(bin), memory, random, noise, turns, demands);
            yield return demands;
        }
    }

    /// <summary>Amplitude a of a pair and a cycle.</summary>
    internal double AmplitudeOf(int pair, int cycle) => _amplitudes[pair * _options.Cycles.Count + cycle];

    /// <summary>t: hours since a Monday 00:00 UTC.</summary>
    private double HoursAt(long bin) => (Start - LinkLoads.AbileneStart).TotalHours + bin * LinkLoads.Step.TotalHours;

    private void Advance(
        double hours, double memory, Xoshiro256 random, double[] noise, (double Sine, double Cosine)[] turns, double[] demands)
    {
        for (var cycle = 0; cycle < turns.Length; cycle++)
            turns[cycle] = Math.SinCos(2 * Math.PI * hours / _options.Cycles[cycle].Hours);
        var fresh = Math.Sqrt(1 - memory * memory);
        for (var pair = 0; pair < demands.Length; pair++)
        {
            noise[pair] = memory * noise[pair] + fresh * random.NextGaussian();
            var level = 1.0;
            for (var cycle = 0; cycle < turns.Length; cycle++)
            {
                // sin(x + φ) = sin x cos φ + cos x sin φ.
                var wave = _waves[pair * turns.Length + cycle];
                level += turns[cycle].Sine * wave.Sine + turns[cycle].Cosine * wave.Cosine;
            }

            demands[pair] = Math.Max(0, _means[pair] * level * (1 + _deviations[pair] * noise[pair]));
        }
    }

    private void DrawPairs(IReadOnlyList<TrafficSite> sites, Xoshiro256 random)
    {
        var cycles = _options.Cycles;
        for (var pair = 0; pair < _means.Length; pair++)
        {
            var (source, destination) = Math.DivRem(pair, Nodes);
            var offset = (sites[source].UtcOffset + sites[destination].UtcOffset).TotalHours / 2;
            _deviations[pair] = _options.LeastNoise + (_options.MostNoise - _options.LeastNoise) * random.NextDouble();
            for (var cycle = 0; cycle < cycles.Count; cycle++)
            {
                var amplitude = cycles[cycle].Amplitude * (1 + _options.AmplitudeJitter * (2 * random.NextDouble() - 1));
                // In turns: the sine is highest a quarter after it begins, in local time.
                var peak = (cycles[cycle].PeakHour - offset) / cycles[cycle].Hours + _options.PhaseJitter * (2 * random.NextDouble() - 1);
                var (sine, cosine) = Math.SinCos(2 * Math.PI * (0.25 - peak));
                _amplitudes[pair * cycles.Count + cycle] = amplitude;
                _waves[pair * cycles.Count + cycle] = (amplitude * cosine, amplitude * sine);
            }
        }
    }

    private double[] Gravity(Topology topology, IReadOnlyList<TrafficSite> sites)
    {
        var routing = new ShortestPathRouting(topology);
        var distances = new double[Nodes * Nodes];
        for (var pair = 0; pair < distances.Length; pair++)
        {
            foreach (var link in routing.PathOf(pair / Nodes, pair % Nodes))
                distances[pair] += topology.Links[link].Weight;
        }

        var nearest = NearestShare * distances.Where(distance => distance > 0).Average();
        var means = new double[distances.Length];
        for (var pair = 0; pair < means.Length; pair++)
        {
            if (distances[pair] > 0)
                means[pair] = sites[pair / Nodes].Mass * sites[pair % Nodes].Mass / Math.Max(distances[pair], nearest);
        }

        var scale = _options.TotalMegabits is { } total
            ? total / means.Sum()
            : _options.BusiestUtilisation / HighestUtilisation(topology, routing, means);
        return Array.ConvertAll(means, mean => mean * scale);
    }

    private static double HighestUtilisation(Topology topology, ShortestPathRouting routing, double[] megabits)
    {
        var loads = new double[topology.Links.Count];
        routing.RouteLoads(megabits, loads);
        return topology.Links.Max(link => loads[link.Index] * 1000 / link.CapacityKilobits);
    }

    private static void CheckRanges(CyclicDemandsOptions options, Topology topology)
    {
        var nodes = topology.Nodes.Count;
        Require(topology.Links.Count > 0, "topology", "one link or more", topology.Links.Count);
        Require(options.AmplitudeJitter is >= 0 and <= 1, nameof(options.AmplitudeJitter), "from 0 to 1", options.AmplitudeJitter);
        Require(options.PhaseJitter is >= 0 and <= 0.5, nameof(options.PhaseJitter), "from 0 to 0.5", options.PhaseJitter);
        Require(options.LeastNoise is >= 0 and <= 1, nameof(options.LeastNoise), "from 0 to 1", options.LeastNoise);
        Require(
            options.MostNoise <= 1 && options.MostNoise >= options.LeastNoise, nameof(options.MostNoise),
            FormattableString.Invariant($"from LeastNoise, {options.LeastNoise}, to 1"), options.MostNoise);
        Require(options.NoiseMemory is >= 0 and < 1, nameof(options.NoiseMemory), "from 0 to below 1", options.NoiseMemory);
        Require(
            options.TotalMegabits is null or (> 0 and < double.PositiveInfinity), nameof(options.TotalMegabits), "above 0",
            options.TotalMegabits ?? 0);
        Require(
            options.BusiestUtilisation is > 0 and < double.PositiveInfinity, nameof(options.BusiestUtilisation), "above 0",
            options.BusiestUtilisation);
        foreach (var cycle in options.Cycles)
        {
            Require(cycle.Hours is > 0 and < double.PositiveInfinity, nameof(options.Cycles), "hours above 0", cycle.Hours);
            Require(cycle.Amplitude is >= 0 and <= 10, nameof(options.Cycles), "an amplitude from 0 to 10", cycle.Amplitude);
            Require(double.IsFinite(cycle.PeakHour), nameof(options.Cycles), "a finite peak hour", cycle.PeakHour);
        }

        if (options.BaseMegabits is { } given)
        {
            Require(given.Count == nodes * nodes, nameof(options.BaseMegabits), $"{nodes} x {nodes} demands", given.Count);
            foreach (var mean in given)
                Require(mean is >= 0 and < double.PositiveInfinity, nameof(options.BaseMegabits), "finite, from 0 up", mean);
        }

        if (options.Sites is { } sites)
        {
            Require(sites.Count == nodes, nameof(options.Sites), $"{nodes}, one a node", sites.Count);
            foreach (var site in sites)
                Require(site.Mass is > 0 and < double.PositiveInfinity, nameof(options.Sites), "of mass above 0", site.Mass);
        }
    }
}
