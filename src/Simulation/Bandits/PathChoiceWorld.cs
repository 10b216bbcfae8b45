using StreamLearn.Learners.Randomness;
using StreamLearn.Simulation.Networks;

namespace StreamLearn.Simulation.Bandits;

/// <summary>
/// A bandit in a backbone network: flows between a few pairs of cities come one by one, each chooses one of K paths and is told the
/// latency there. Which path is best depends on the hour, on the rate and class of the flow, on how much others send just now, and on
/// cables that fail and come back.
/// What flows choose does not change the load of the network, so all policies see the same flows. The same seed and options give the
/// same bits on the same machine type.
/// </summary>
/// <remarks>
/// Latency of a path: propagation over its links, and at each a wait that grows as u / (1 - u) with its utilisation u, the flow included
/// (<see cref="LatencyOptions"/>). When a cable fails, its paths are repaired locally: the node before the cable sends round it, at the
/// cost of the longer way, busier links and a penalty; the traffic of all others is on shortest paths of what is left. A path without a
/// way round times out. Flows are not told: of a failed link they see that nothing is measured on it.
/// </remarks>
/// <example>
/// <code>
/// var world = new PathChoiceWorld(seed: 1);
/// var regret = new RegretTracker(world.Menus.Count, world.PathsPerPair);
/// while (true)
/// {
///     var flow = world.Next();
///     var path = Choose(flow.Menu.Key, flow.Context);
///     Learn(flow.Menu.Key, flow.Context, path, flow.Cost(path));
///     regret.Add(flow.Pair, path, flow.ExpectedCosts);
/// }
/// </code>
/// </example>
public sealed class PathChoiceWorld
{
    private const ulong FlowStream = 0x666C6F7773;
    private const ulong MeasurementStream = 0x6D656173757265;
    private const int FlowFeatures = 4;

    private readonly PathChoiceOptions _options;
    private readonly PathMenu[] _menus;
    private readonly string[] _featureNames;
    private readonly Xoshiro256 _random;
    private readonly DateTimeOffset _start;
    private readonly BackgroundLoad _background;
    private readonly OutagePlan _outages;
    private readonly PathFlow _flow;
    private readonly ShortestPathRouting _calm;
    private readonly Dictionary<int, ShortestPathRouting> _withoutCable = [];

    /// <summary>By pair and path.</summary>
    private readonly PathRoute[] _routes;
    private long _step;
    private double _seconds;

    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public PathChoiceWorld(ulong seed, PathChoiceOptions? options = null)
    {
        _options = options ?? new PathChoiceOptions();
        _options.CheckRanges();
        Topology = _options.Topology ?? Topology.European();
        _menus = [.. _options.Pairs.Select(pair => new PathMenu(Topology, pair, _options.PathsPerPair))];
        _featureNames = NameFeatures(PathsPerPair);
        _random = new Xoshiro256(seed ^ FlowStream);
        _calm = new ShortestPathRouting(Topology);
        var demands = _options.Demands ?? PathBackground.Draw(Topology, seed);
        _start = demands.Start;
        _background = new BackgroundLoad(Topology, demands, _calm, _options, new Xoshiro256(seed ^ MeasurementStream));
        _outages = PlanOutages();
        _flow = new PathFlow(_menus[0], _featureNames.Length, _options.Latency.CapMilliseconds);
        _routes = new PathRoute[_menus.Length * PathsPerPair];
        Reroute();
    }

    /// <summary>The network.</summary>
    public Topology Topology { get; }

    /// <summary>The pairs with their paths, in the order of the options.</summary>
    public IReadOnlyList<PathMenu> Menus => _menus;

    /// <summary>K, the paths of each pair.</summary>
    public int PathsPerPair => _options.PathsPerPair;

    /// <summary>
    /// What the context of a flow holds: sine and cosine of the hour (UTC), its rate (0 to 1, logarithmic), whether it is interactive (0 or
    /// 1), and of each path the highest utilisation measured on its links, some bins ago and with an error.
    /// </summary>
    public IReadOnlyList<string> FeatureNames => _featureNames;

    /// <summary>The first link of the cable that is down at the step last taken, such as "Paris&gt;Lyon"; null if none is.</summary>
    public string? FailedLink => _outages.Down == OutagePlan.None ? null : Topology.LinkNames[_outages.Down];

    /// <summary>Goes on to the next flow. Allocates only where a cable fails or comes back, or the demands begin again.</summary>
    /// <returns>Always the same instance, good until the next call.</returns>
    public PathFlow Next()
    {
        if (_outages.Advance(_step))
            Reroute();
        var draw = FlowDraw.Next(_options, _random);
        _seconds += draw.GapSeconds;
        _background.AdvanceTo(_seconds);
        _flow.Step = _step++;
        _flow.Time = _start.ToUnixTimeMilliseconds() + (long)(_seconds * 1000);
        _flow.Pair = draw.Pair;
        _flow.Menu = _menus[draw.Pair];
        _flow.IsInteractive = draw.IsInteractive;
        _flow.Megabits = draw.Megabits;
        DescribeTo(_flow.Features, draw);
        for (var path = 0; path < PathsPerPair; path++)
            _flow.SetLatency(path, LatencyOf(draw, path));
        _flow.Complete(draw.UnitWait);
        _outages.Observe(_flow);
        return _flow;
    }

    private static string[] NameFeatures(int paths) =>
        ["hour-sine", "hour-cosine", "rate", "interactive", .. Enumerable.Range(1, paths).Select(path => $"utilisation-{path}")];

    private OutagePlan PlanOutages()
    {
        var crossed = _menus.SelectMany(menu => menu.Paths).SelectMany(path => path.Links.ToArray()).Select(Topology.CableOf).ToHashSet();
        var named = _options.Outages.Where(outage => outage.Link is not null).Select(outage => Topology.Require(outage.Link!));
        int[] survivable = [.. FailureCases.Survivable(Topology, []).Where(crossed.Contains)];
        foreach (var cable in survivable.Concat(named.Select(Topology.CableOf)))
            _withoutCable.TryAdd(cable, new ShortestPathRouting(Topology, [cable]));
        return new OutagePlan(Topology, _menus, _options.Outages, survivable);
    }

    /// <summary>Everything on the routes of the cables that are up.</summary>
    private void Reroute()
    {
        var cable = _outages.Down;
        var routing = cable == OutagePlan.None ? _calm : _withoutCable[cable];
        _background.Use(routing);
        for (var route = 0; route < _routes.Length; route++)
            _routes[route] = _menus[route / PathsPerPair].Paths[route % PathsPerPair].Around(Topology, cable, routing);
    }

    private void DescribeTo(Span<float> features, FlowDraw draw)
    {
        var (sine, cosine) = Math.SinCos(2 * Math.PI * (_start.UtcDateTime.TimeOfDay.TotalDays + _seconds / 86_400));
        var (least, _, most) = _options.FlowMegabits;
        features[0] = (float)sine;
        features[1] = (float)cosine;
        features[2] = (float)(Math.Log(draw.Megabits / least) / Math.Log(most / least));
        features[3] = draw.IsInteractive ? 1 : 0;
        var measured = _background.Measured;
        for (var path = 0; path < PathsPerPair; path++)
        {
            var highest = 0.0;
            foreach (var link in _menus[draw.Pair].Paths[path].Links)
                highest = Math.Max(highest, measured[link]);
            features[FlowFeatures + path] = (float)highest;
        }
    }

    private PathLatency LatencyOf(FlowDraw draw, int path)
    {
        var latency = _options.Latency;
        var route = _routes[draw.Pair * PathsPerPair + path];
        if (route.Links is not { } links)
            return new PathLatency(latency.CapMilliseconds, 0);
        var (weight, wait) = (0.0, 0.0);
        foreach (var link in links)
        {
            var utilisation = (_background.Megabits[link] + draw.Megabits) * 1000 / Topology.Links[link].CapacityKilobits;
            var used = Math.Min(utilisation, latency.FullUtilisation);
            weight += Topology.Links[link].Weight;
            wait += latency.WaitMilliseconds * used / (1 - used);
        }

        return new PathLatency(
            weight * latency.MillisecondsPerWeight + (route.IsRepaired ? latency.RepairMilliseconds : 0),
            draw.IsInteractive ? latency.InteractiveShare * wait : wait);
    }
}
