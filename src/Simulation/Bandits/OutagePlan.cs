using StreamLearn.Simulation.Networks;

namespace StreamLearn.Simulation.Bandits;

/// <summary>Which cable is down at which step: at most one.</summary>
internal sealed class OutagePlan
{
    /// <summary>No cable.</summary>
    public const int None = -1;

    /// <summary>What a flow counts after the next one of its pair, so that the last few hundred say which path is good.</summary>
    private const double Memory = 0.997;

    private readonly Topology _topology;
    private readonly IReadOnlyList<PathMenu> _menus;
    private readonly IReadOnlyList<StepOutage> _outages;

    /// <summary>Cables that may be chosen to fail.</summary>
    private readonly IReadOnlyList<int> _survivable;

    /// <summary>By pair and path, the sum of recent expected costs.</summary>
    private readonly double[][] _costs;
    private readonly bool[] _hasFailed;
    private int _next;

    /// <exception cref="ArgumentException">Outages out of order, or one of a link that is not there.</exception>
    public OutagePlan(
        Topology topology, IReadOnlyList<PathMenu> menus, IReadOnlyList<StepOutage> outages, IReadOnlyList<int> survivable)
    {
        _topology = topology;
        _menus = menus;
        _outages = [.. outages];
        _survivable = survivable;
        _costs = [.. menus.Select(menu => new double[menu.Paths.Count])];
        _hasFailed = new bool[topology.Links.Count];
        var free = 0L;
        foreach (var outage in _outages)
        {
            var (first, steps) = (outage.FirstStep, outage.Steps);
            if (first < free || steps <= 0 || outage.EndStep < 0)
                throw new ArgumentException($"Outages: expected steps from {free} up and one or more, found {first} and {steps}.");
            if (outage.Link is { } link)
                _ = topology.Require(link);
            free = outage.EndStep;
        }

        if (survivable.Count == 0 && _outages.Any(outage => outage.Link is null))
            throw new ArgumentException("Outages: expected a cable on a path whose loss cuts no node off, found none.");
    }

    /// <summary>The cable that is down, or <see cref="None"/>.</summary>
    public int Down { get; private set; } = None;

    /// <summary>Goes on to a step.</summary>
    /// <returns>Whether a cable fails or is repaired at it.</returns>
    public bool Advance(long step)
    {
        var before = Down;
        if (Down != None && step >= _outages[_next].EndStep)
        {
            Down = None;
            _next++;
        }

        if (Down == None && _next < _outages.Count && step >= _outages[_next].FirstStep)
        {
            Down = _outages[_next].Link is { } link ? _topology.CableOf(_topology.IndexOf(link)) : Choose();
            _hasFailed[Down] = true;
        }

        return Down != before;
    }

    /// <summary>Takes note of what the paths of a flow cost.</summary>
    public void Observe(PathFlow flow)
    {
        var costs = _costs[flow.Pair];
        for (var path = 0; path < costs.Length; path++)
            costs[path] = Memory * costs[path] + flow.ExpectedCosts[path];
    }

    /// <summary>A cable on the best path of a pair; one that has not failed before if there is such; of these the most shared.</summary>
    private int Choose()
    {
        var uses = new int[_topology.Links.Count];
        for (var pair = 0; pair < _menus.Count; pair++)
        {
            var best = Array.IndexOf(_costs[pair], _costs[pair].Min());
            foreach (var link in _menus[pair].Paths[best].Links)
                uses[_topology.CableOf(link)]++;
        }

        return _survivable.MinBy(cable => (uses[cable] == 0, _hasFailed[cable], -uses[cable]));
    }
}
