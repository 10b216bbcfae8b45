using StreamLearn.Simulation.Bandits;
using StreamLearn.Simulation.Control.Pictures;
using StreamLearn.Simulation.Networks;

namespace StreamLearn.Simulation.Control.Routing;

/// <summary>
/// Splits a few demands of a network over their k shortest paths so that the most utilised link has as little as possible, while demands
/// drift and cables fail. All other traffic is on shortest paths. What is done does not change demands and failures, so all policies meet the
/// same.
/// </summary>
/// <remarks>
/// <para>A frame is a bin of 5 minutes. An episode is a day by default, and only cuts time into pieces: the next one goes on where the last
/// one was, at the same hour, with the same split. It never terminates.</para>
/// <para>Action: a number for each demand and path (demand-major). The shares of a demand are the softmax of its numbers / temperature over
/// those of its paths that are up. A demand none of whose paths is up is lost and counted.</para>
/// <para>Observation, in this order: of each demand its rate in the last bin / its mean over the first day; of each path the highest utilisation
/// of its links in the last bin; of each path whether it is up (1 or 0) in the bin that comes: failures are known at once; of each path its
/// share in the last bin; sine and cosine of the time of day, UTC, of the bin that comes. Its rates are not known, but to
/// <see cref="OraclePolicy"/>.</para>
/// <para>Reward of a frame: 1 - the highest utilisation of all links, not below -1. Loads are not cut at capacity. What is lost costs
/// nothing: no action can lose or save it.</para>
/// </remarks>
public sealed class LinkRouting : SteppedWorld
{
    internal const string WorldName = "link-routing";

    private const ulong DemandStream = 0x64656D616E64;
    private const ulong OutageStream = 0x6F7574616765;

    private static readonly Rgb[] PathColours = [Rgb.Body, Rgb.Good, Rgb.Tip, Rgb.Target, Rgb.Frame];

    private readonly PathMenu[] _menus;
    private readonly RoutedTraffic _traffic;
    private readonly double _temperature;
    private readonly double[] _capacities;

    /// <summary>Mean rate by demand, Mbit/s.</summary>
    private readonly double[] _means;

    /// <summary>By demand and path, in the bin that comes.</summary>
    private readonly bool[] _isUp;

    /// <summary>By link, in the last bin.</summary>
    private readonly double[] _utilisations;
    private readonly bool[] _wasDown;
    private readonly double[] _rates;
    private readonly double[] _shares;

    /// <summary>For what is only tried.</summary>
    private readonly double[] _triedShares;
    private readonly double[] _triedUtilisations;

    /// <param name="seed">Demands and failures follow from it.</param>
    /// <param name="actionRepeat">Bins that an action is held for.</param>
    /// <param name="options">The network, the demands, the failures.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public LinkRouting(ulong seed, int actionRepeat = 1, LinkRoutingOptions? options = null)
        : this(seed, actionRepeat, Checked(options), new Plan(seed, Checked(options)))
    {
    }

    private LinkRouting(ulong seed, int actionRepeat, LinkRoutingOptions options, Plan plan)
        : base(
            WorldName, plan.Menus.Length * (1 + 3 * options.PathsPerDemand) + 2, plan.Menus.Length * options.PathsPerDemand, options.EpisodeBins,
            actionRepeat, seed)
    {
        Topology = plan.Topology;
        PathsPerDemand = options.PathsPerDemand;
        _menus = plan.Menus;
        _means = plan.Means;
        _temperature = options.Temperature;
        _traffic = new RoutedTraffic(Topology, plan.Demands, plan.Failures, plan.Period, _menus);
        _capacities = [.. Topology.Links.Select(link => link.CapacityKilobits / 1000)];
        _isUp = new bool[ActionSize];
        _utilisations = new double[Topology.Links.Count];
        _wasDown = new bool[Topology.Links.Count];
        _rates = new double[_menus.Length];
        _shares = new double[ActionSize];
        _triedShares = new double[ActionSize];
        _triedUtilisations = new double[Topology.Links.Count];
    }

    /// <summary>The network.</summary>
    public Topology Topology { get; }

    /// <summary>The demands that are split, with their paths, the shortest first.</summary>
    public IReadOnlyList<PathMenu> Demands => _menus;

    /// <summary>k, the paths of each demand.</summary>
    public int PathsPerDemand { get; }

    /// <summary>The highest utilisation of a link in the last bin; above 1 if more is sent than a link can carry.</summary>
    public double MaxUtilisation { get; private set; }

    /// <summary>Mbit/s of all demands that had no path in the last bin.</summary>
    public double LostMegabits { get; private set; }

    /// <summary>Utilisation by link in the last bin.</summary>
    public ReadOnlySpan<double> Utilisations => _utilisations;

    /// <summary>Shares by demand and path in the last bin: they sum to 1, or all are 0 if the demand was lost.</summary>
    public ReadOnlySpan<double> Shares => _shares;

    /// <summary>When the bin that comes begins.</summary>
    public DateTimeOffset Time => _traffic.Time;

    /// <summary>Mbit/s by demand in the bin that comes, which no policy but an oracle should look at.</summary>
    public ReadOnlySpan<double> ComingRates => _traffic.Rates;

    /// <summary>Mbit/s by link of all other traffic in the bin that comes, which no policy but an oracle should look at.</summary>
    public ReadOnlySpan<double> ComingBackground => _traffic.Background;

    /// <summary>By link, whether it is down in the bin that comes.</summary>
    public ReadOnlySpan<bool> IsDown => _traffic.IsDown;

    /// <summary>By demand and path, whether it is up in the bin that comes.</summary>
    public ReadOnlySpan<bool> IsUp => _isUp;

    /// <summary>Acts by weights instead of an action, as the baselines do, which need shares of exactly 0.</summary>
    /// <param name="weights">
    /// By demand and path, each 0 or more: what is up shares a demand in proportion to them, equally if all of them are 0.
    /// </param>
    /// <exception cref="ArgumentException">There are not as many as numbers in an action, or one is negative or not finite.</exception>
    /// <exception cref="InvalidOperationException">No episode has begun, or it is over.</exception>
    public ControlOutcome Route(ReadOnlySpan<double> weights)
    {
        RequireWeights(weights);
        return Hold(weights);
    }

    /// <summary>The highest utilisation that weights would give in the bin that comes. Nothing changes.</summary>
    /// <inheritdoc cref="Route"/>
    public double MaxUtilisationOf(ReadOnlySpan<double> weights)
    {
        RequireEpisode();
        RequireWeights(weights);
        Share(weights, _triedShares);
        return Load(_triedShares, _triedUtilisations);
    }

    private protected override void DrawStart()
    {
        if (_traffic.Bin >= 0)
            return;
        // The past of the first bin: everything on the shortest path that is up.
        GoOn();
        for (var demand = 0; demand < _menus.Length; demand++)
            _triedShares[Math.Max(FirstUp(demand), demand * PathsPerDemand)] = 1;
        Advance(_triedShares);
    }

    private protected override void Interpret(Span<double> action)
    {
        foreach (ref var number in action)
            number = Math.Exp(number / _temperature);
    }

    private protected override double Advance(ReadOnlySpan<double> action)
    {
        Share(action, _shares);
        MaxUtilisation = Load(_shares, _utilisations);
        LostMegabits = _traffic.BackgroundLost;
        for (var demand = 0; demand < _menus.Length; demand++)
            LostMegabits += FirstUp(demand) < 0 ? _traffic.Rates[demand] : 0;
        _traffic.Rates.CopyTo(_rates);
        _traffic.IsDown.CopyTo(_wasDown);
        GoOn();
        return Math.Max(-1, 1 - MaxUtilisation);
    }

    private protected override void Describe(Span<float> observation)
    {
        var (demands, paths) = (_menus.Length, _isUp.Length);
        for (var demand = 0; demand < demands; demand++)
            observation[demand] = (float)(_rates[demand] / _means[demand]);
        for (var path = 0; path < paths; path++)
        {
            observation[demands + path] = (float)HighestOn(path);
            observation[demands + paths + path] = _isUp[path] ? 1 : 0;
            observation[demands + 2 * paths + path] = (float)_shares[path];
        }

        var (sine, cosine) = Math.SinCos(2 * Math.PI * Time.UtcDateTime.TimeOfDay.TotalDays);
        observation[^2] = (float)sine;
        observation[^1] = (float)cosine;
    }

    /// <summary>
    /// Above, a bar a link: its utilisation in the last bin, 40 pixels are 1; grey over the whole height if it was down. Below, a row a demand:
    /// its shares, the shortest path at the left.
    /// </summary>
    private protected override void Paint(Canvas canvas)
    {
        const double Full = 40;
        const double Floor = 44;
        canvas.Fill(Rgb.Ground);
        var width = (double)Canvas.Side / _utilisations.Length;
        for (var link = 0; link < _utilisations.Length; link++)
        {
            var utilisation = _utilisations[link];
            var colour = _wasDown[link] ? Rgb.Frame : utilisation < 0.5 ? Rgb.Good : utilisation < 0.8 ? Rgb.Body : Rgb.Target;
            var height = _wasDown[link] ? Full : Full * Math.Min(utilisation, Floor / Full);
            canvas.Rectangle(link * width, Floor - height, (link + 0.75) * width, Floor, colour);
        }

        var row = (Canvas.Side - Floor - 2) / _menus.Length;
        for (var demand = 0; demand < _menus.Length; demand++)
        {
            var (left, top) = (0.0, Floor + 2 + demand * row);
            for (var path = 0; path < PathsPerDemand; path++)
            {
                var right = left + Canvas.Side * _shares[demand * PathsPerDemand + path];
                canvas.Rectangle(left, top, right, top + 0.8 * row, PathColours[path % PathColours.Length]);
                left = right;
            }
        }
    }

    private static LinkRoutingOptions Checked(LinkRoutingOptions? options)
    {
        var found = options ?? new LinkRoutingOptions();
        found.CheckRanges();
        return found;
    }

    private ReadOnlySpan<int> LinksOf(int path) => _menus[path / PathsPerDemand].Paths[path % PathsPerDemand].Links;

    /// <summary>The shortest path of a demand that is up, or -1.</summary>
    private int FirstUp(int demand)
    {
        var place = _isUp.AsSpan(demand * PathsPerDemand, PathsPerDemand).IndexOf(true);
        return place < 0 ? -1 : demand * PathsPerDemand + place;
    }

    private double HighestOn(int path)
    {
        var highest = 0.0;
        foreach (var link in LinksOf(path))
            highest = Math.Max(highest, _utilisations[link]);
        return highest;
    }

    /// <summary>To the next bin.</summary>
    private void GoOn()
    {
        _traffic.Advance();
        for (var path = 0; path < _isUp.Length; path++)
        {
            _isUp[path] = true;
            foreach (var link in LinksOf(path))
                _isUp[path] &= !_traffic.IsDown[link];
        }
    }

    /// <summary>Weights to shares of the bin that comes.</summary>
    private void Share(ReadOnlySpan<double> weights, Span<double> shares)
    {
        for (var first = 0; first < weights.Length; first += PathsPerDemand)
        {
            var (sum, up) = (0.0, 0);
            for (var path = first; path < first + PathsPerDemand; path++)
            {
                if (!_isUp[path])
                    continue;
                sum += weights[path];
                up++;
            }

            for (var path = first; path < first + PathsPerDemand; path++)
                shares[path] = !_isUp[path] ? 0 : sum > 0 ? weights[path] / sum : 1.0 / up;
        }
    }

    /// <summary>Utilisations of the bin that comes.</summary>
    /// <returns>The highest.</returns>
    private double Load(ReadOnlySpan<double> shares, Span<double> utilisations)
    {
        _traffic.Background.CopyTo(utilisations);
        for (var path = 0; path < shares.Length; path++)
        {
            var megabits = shares[path] * _traffic.Rates[path / PathsPerDemand];
            foreach (var link in LinksOf(path))
                utilisations[link] += megabits;
        }

        var highest = 0.0;
        for (var link = 0; link < utilisations.Length; link++)
        {
            utilisations[link] /= _capacities[link];
            highest = Math.Max(highest, utilisations[link]);
        }

        return highest;
    }

    private void RequireWeights(ReadOnlySpan<double> weights)
    {
        if (weights.Length != ActionSize)
            throw new ArgumentException($"{Name}: expected {ActionSize} weights, found {weights.Length}.", nameof(weights));
        for (var path = 0; path < weights.Length; path++)
        {
            if (!(weights[path] >= 0) || !double.IsFinite(weights[path]))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"{Name}: weights[{path}]: expected a finite number from 0 up, found {weights[path]}."), nameof(weights));
            }
        }
    }

    /// <summary>What options and seed come to.</summary>
    private sealed class Plan
    {
        public Plan(ulong seed, LinkRoutingOptions options)
        {
            Topology = options.Topology ?? Topology.AbileneLike();
            Demands = options.Demands ?? new CyclicDemands(
                Topology, new CyclicDemandsOptions { Seed = seed ^ DemandStream, BusiestUtilisation = options.BusiestUtilisation });
            NetworkSimulation.Check(Topology, Demands);
            if (options.Failures is { } given && given.Topology != Topology)
                throw new ArgumentException("Failures: expected a schedule for the same network, found one for another.");
            Failures = options.Failures
                ?? FailureSchedule.Draw(Topology, seed ^ OutageStream, options.Outages, 0, options.ScheduleBins, options.OutageBins);
            Period = options.Failures is null ? options.ScheduleBins : long.MaxValue;
            var means = DemandSelection.MeansOfFirstDay(Demands);
            var pairs = options.Pairs ?? DemandSelection.Largest(Topology, means, options.DemandCount, options.PathsPerDemand);
            Menus = [.. pairs.Select(pair => new PathMenu(Topology, pair, options.PathsPerDemand))];
            Means = [.. pairs.Select(MeanOf)];

            double MeanOf(NodePair pair)
            {
                var nodes = Topology.Nodes.ToList();
                var mean = means[nodes.IndexOf(pair.Source) * nodes.Count + nodes.IndexOf(pair.Destination)];
                return mean > 0
                    ? mean
                    : throw new ArgumentException($"Pairs: expected demands above 0, found none from {pair.Source} to {pair.Destination}.");
            }
        }

        public Topology Topology { get; }

        public IDemandSource Demands { get; }

        public FailureSchedule Failures { get; }

        public long Period { get; }

        public PathMenu[] Menus { get; }

        public double[] Means { get; }
    }
}
