using StreamLearn.Simulation.Bandits;

namespace StreamLearn.Cli.Demos;

/// <summary>
/// Flows that wait for a path, and what the paths chosen so far have cost against the best there were. A decision counts once, however often it comes.
/// Thread-safe: one thread writes, others look.
/// </summary>
internal sealed class FlowLedger
{
    private readonly Lock _gate = new();
    private readonly IReadOnlyList<PathMenu> _menus;
    private readonly int _paths;
    private readonly int _mostOpen;
    private readonly Dictionary<long, OpenFlow> _open;
    private readonly RegretTracker _regret;
    private readonly CostWindow[] _windows;
    private readonly List<(string? FailedLink, RegretTracker Regret)> _phases = [];
    private long _begun;
    private long _settled;
    private long _repeated;
    private long _unknown;
    private long _time;
    private long _openSum;

    /// <param name="menus">The pairs with their paths.</param>
    /// <param name="mostOpen">Flows that may wait at the same time.</param>
    internal FlowLedger(IReadOnlyList<PathMenu> menus, int mostOpen)
    {
        _menus = menus;
        _paths = menus[0].Paths.Count;
        _mostOpen = mostOpen;
        _open = new Dictionary<long, OpenFlow>(mostOpen);
        _regret = new RegretTracker(menus.Count, _paths);
        _windows = [.. menus.Select(_ => new CostWindow())];
    }

    /// <summary>Flows that may begin before one gets its path.</summary>
    internal int Room => Locked(() => _mostOpen - _open.Count);

    /// <summary>Flows that have begun.</summary>
    internal long Begun => Locked(() => _begun);

    /// <summary>Flows that have their path.</summary>
    internal long Settled => Locked(() => _settled);

    /// <summary>A flow waits for its path. Flows begin in order.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="failedLink">The first link of the cable that is down for it; null: none is.</param>
    internal void Begin(PathFlow flow, string? failedLink)
    {
        lock (_gate)
        {
            if (_open.Count == _mostOpen || flow.Step < _begun)
            {
                throw new InvalidOperationException(
                    $"Flow {flow.Step} begins after {_begun}, with {_open.Count} open; expected them in order and at most {_mostOpen} open.");
            }

            if (_phases.Count == 0 || _phases[^1].FailedLink != failedLink)
            {
                _phases.Add((failedLink, new RegretTracker(_menus.Count, _paths)));
            }

            _openSum += _open.Count;
            _open.Add(flow.Step, new OpenFlow(flow, _phases.Count - 1));
            (_begun, _time) = (flow.Step + 1, flow.Time);
        }
    }

    /// <summary>A path was chosen for a flow.</summary>
    /// <param name="id">The flow's number.</param>
    /// <param name="path">The path's place.</param>
    /// <returns>What came of it; null where nothing does: it was decided before, or there is no such flow or path.</returns>
    internal FlowOutcome? Settle(long id, int path)
    {
        lock (_gate)
        {
            if (id < 0 || id >= _begun || path < 0 || path >= _paths)
            {
                _unknown++;
                return null;
            }

            if (!_open.Remove(id, out var flow))
            {
                _repeated++;
                return null;
            }

            _settled++;
            _regret.Add(flow.Pair, path, flow.ExpectedCosts);
            _phases[flow.Phase].Regret.Add(flow.Pair, path, flow.ExpectedCosts);
            _windows[flow.Pair].Add(flow.ExpectedCosts[path], Least(flow.ExpectedCosts));
            return new FlowOutcome(_menus[flow.Pair].Key, id, flow.ArrivalBy(path), flow.CostOn(path));
        }
    }

    /// <summary>How the choices stand now.</summary>
    internal FlowStanding Look() => Locked(() =>
    {
        var failed = _phases.Count == 0 ? null : _phases[^1].FailedLink;
        return new FlowStanding(
            _time, failed, _repeated, _unknown, (double)_openSum / _begun, _regret.Total, [.. Enumerable.Range(0, _menus.Count).Select(pair => Pair(pair, failed))],
            [.. _phases.Select(phase => new PhaseStanding(phase.FailedLink, phase.Regret.Total))]);
    });

    private PairStanding Pair(int pair, string? failed) => new(
        _menus[pair].Key, _regret[pair], _regret.BestFixed(pair), _windows[pair].Mean, _windows[pair].BestMean,
        failed is not null && _menus[pair].Paths.Any(path => Crosses(path, failed)));

    /// <summary>Whether a path goes over the cable of a link, in either direction.</summary>
    private static bool Crosses(CandidatePath path, string link)
    {
        var (nodes, back) = ($">{path.Name}>", string.Join('>', link.Split('>').Reverse()));
        return nodes.Contains($">{link}>", StringComparison.Ordinal) || nodes.Contains($">{back}>", StringComparison.Ordinal);
    }

    private static double Least(ReadOnlySpan<double> costs)
    {
        var least = double.PositiveInfinity;
        foreach (var cost in costs)
        {
            least = Math.Min(least, cost);
        }

        return least;
    }

    private T Locked<T>(Func<T> question)
    {
        lock (_gate)
        {
            return question();
        }
    }
}
