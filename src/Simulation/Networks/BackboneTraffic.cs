using StreamLearn.Learners.Randomness;
using static StreamLearn.Simulation.Networks.OptionRange;

namespace StreamLearn.Simulation.Networks;

/// <summary>
/// A simulated backbone: demands between its nodes come and go with the hours, shortest paths carry them, and cables fail,
/// upon which the demands are re-routed. The same options give the same bits on the same machine type.
/// </summary>
/// <example> <code> var traffic = new BackboneTraffic(new BackboneTrafficOptions { Seed = 7 }); foreach (var observation in
/// traffic.Simulate().Records()) ...
/// </code>
/// </example>
public sealed class BackboneTraffic
{
    private readonly BackboneTrafficOptions _options;
    private readonly IReadOnlyList<TrafficSite>? _sites;
    private readonly FailureSchedule _schedule;

    /// <exception cref="ArgumentException">An option is out of its range, or names a link that the network has not.</exception>
    public BackboneTraffic(BackboneTrafficOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        Topology = options.Topology ?? Topology.AbileneLike();
        _sites = options.Sites ?? Topology.SitesOf(Topology);
        CheckRanges();
        Outages = [.. options.Failures.Select(Resolve)];
        _schedule = new FailureSchedule(Topology, Outages);
    }

    /// <summary>The network.</summary>
    public Topology Topology { get; }

    /// <summary>What fails and when, the failures of the options with all that they left open.</summary>
    public IReadOnlyList<LinkOutage> Outages { get; }

    /// <summary>What its nodes send each other.</summary>
    public IDemandSource Demands => new Source(this);

    /// <summary>Simulates all bins. Every call gives the same.</summary>
    public LinkLoads Simulate() =>
        NetworkSimulation.Run(Topology, Demands, _options.Bins, _schedule).ToLinkLoads(_options.MinimumMeanLoad);

    private DemandProcess StartDemands()
    {
        var random = new Xoshiro256(_options.Seed);
        return new DemandProcess(_options, _sites ?? DemandProcess.DrawSites(Topology.Nodes.Count, random), random);
    }

    private LinkOutage Resolve(LinkFailure failure)
    {
        var first = failure.FirstBin ?? _options.Bins / 2;
        var bins = failure.Bins ?? int.MaxValue;
        if (first < 0 || first >= _options.Bins || bins <= 0)
        {
            throw new ArgumentException(
                $"A failure needs a first bin from 0 to {_options.Bins - 1} and at least one bin, found {first} and {bins}.");
        }

        return new LinkOutage(failure.Link ?? MostLoadedLink(), first, first + Math.Min(bins, _options.Bins - first));
    }

    /// <summary>
    /// The cable with the highest mean load of both directions, among those whose loss cuts no node off, by its busier direction.
    /// </summary>
    private string MostLoadedLink()
    {
        var loads = new double[Topology.Links.Count];
        var routing = new ShortestPathRouting(Topology);
        routing.RouteLoads(StartDemands().MeanMegabits, loads);
        var byLoad = Topology.Links
            .OrderByDescending(link => loads[link.Index] + ReverseLoad(link.Index))
            .ThenByDescending(link => loads[link.Index])
            .ToList();
        var dispensable = byLoad.FindIndex(
            link => new ShortestPathRouting(Topology, [link.Index]).UnreachablePairs == routing.UnreachablePairs);
        return Topology.LinkNames[byLoad[Math.Max(dispensable, 0)].Index];

        double ReverseLoad(int link) => Topology.ReverseOf(link) is var reverse and >= 0 ? loads[reverse] : 0;
    }

    private void CheckRanges()
    {
        Require(_options.Bins > 0, nameof(_options.Bins), "above 0", _options.Bins);
        Require(
            _options.TotalMegabits is > 0 and < double.PositiveInfinity, nameof(_options.TotalMegabits),
            "above 0", _options.TotalMegabits);
        Require(_options.DailyAmplitude is >= 0 and <= 1, nameof(_options.DailyAmplitude), "from 0 to 1", _options.DailyAmplitude);
        Require(_options.WeekendDip is >= 0 and <= 1, nameof(_options.WeekendDip), "from 0 to 1", _options.WeekendDip);
        Require(_options.NoiseDeviation is >= 0 and <= 3, nameof(_options.NoiseDeviation), "from 0 to 3", _options.NoiseDeviation);
        Require(_options.NoiseMemory is >= 0 and < 1, nameof(_options.NoiseMemory), "from 0 to below 1", _options.NoiseMemory);
        Require(
            _options.BurstsPerDay is >= 0 and <= DemandProcess.BinsPerDay, nameof(_options.BurstsPerDay),
            $"from 0 to {DemandProcess.BinsPerDay}, one in every bin", _options.BurstsPerDay);
        Require(_options.BurstHeight is >= 0 and <= 1000, nameof(_options.BurstHeight), "from 0 to 1000", _options.BurstHeight);
        Require(Topology.Links.Count > 0, nameof(_options.Topology), "one link or more", Topology.Links.Count);
        if (_sites is null)
            return;
        Require(_sites.Count == Topology.Nodes.Count, nameof(_options.Sites), $"{Topology.Nodes.Count}, one a node", _sites.Count);
        foreach (var site in _sites)
            Require(site.Mass is > 0 and < double.PositiveInfinity, nameof(_options.Sites), "of mass above 0", site.Mass);
    }

    private sealed class Source(BackboneTraffic traffic) : IDemandSource
    {
        public int Nodes => traffic.Topology.Nodes.Count;

        public DateTimeOffset Start => traffic._options.Start;

        public IEnumerable<ReadOnlyMemory<double>> ReadBins()
        {
            var demands = traffic.StartDemands();
            for (var bin = 0L; ; bin++)
            {
                demands.Advance(Start + bin * LinkLoads.Step);
                yield return demands.Buffer;
            }
        }
    }
}
