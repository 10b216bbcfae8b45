namespace StreamLearn.Simulation.Bandits;

/// <summary>
/// A flow that chooses a path: what is known when it chooses, and what only the simulation knows, the cost of every path.
/// One instance a world, overwritten by each step.
/// </summary>
public sealed class PathFlow
{
    private readonly float[] _context;
    private readonly double[] _expectedCosts;
    private readonly PathLatency[] _latencies;
    private readonly double _cap;
    private double _unitWait;

    internal PathFlow(PathMenu menu, int features, double capMilliseconds)
    {
        Menu = menu;
        _context = new float[features];
        _expectedCosts = new double[menu.Paths.Count];
        _latencies = new PathLatency[menu.Paths.Count];
        _cap = capMilliseconds;
    }

    /// <summary>Its number, from 0 on.</summary>
    public long Step { get; internal set; }

    /// <summary>When it comes, milliseconds since 1970-01-01 UTC.</summary>
    public long Time { get; internal set; }

    /// <summary>Place of its pair in <see cref="PathChoiceWorld.Menus"/>.</summary>
    public int Pair { get; internal set; }

    /// <summary>Its pair and the paths it chooses among.</summary>
    public PathMenu Menu { get; internal set; }

    /// <summary>Whether it is interactive or a bulk transfer.</summary>
    public bool IsInteractive { get; internal set; }

    /// <summary>Its rate, Mbit/s.</summary>
    public double Megabits { get; internal set; }

    /// <summary>What is known when it chooses, by <see cref="PathChoiceWorld.FeatureNames"/>.</summary>
    public ReadOnlySpan<float> Context => _context;

    /// <summary>Mean cost of every path, 0 to 1. Not known when it chooses.</summary>
    public ReadOnlySpan<double> ExpectedCosts => _expectedCosts;

    /// <summary>The path of the lowest mean cost, of equal ones the shortest: the best dynamic choice.</summary>
    public int BestPath { get; private set; }

    /// <summary>
    /// What the flow costs on a path, 0 to 1: its latency as a share of the time-out. The mean over flows is
    /// <see cref="ExpectedCosts"/>; asked again, it is the same.
    /// </summary>
    public double Cost(int path) => Latency(path) / _cap;

    /// <summary>Latency of the flow on a path, ms.</summary>
    public double Latency(int path) => _latencies[path].Realised(_cap, _unitWait);

    internal Span<float> Features => _context;

    /// <param name="path">Place of the path.</param>
    /// <param name="latency">What it takes on that path.</param>
    internal void SetLatency(int path, PathLatency latency)
    {
        _latencies[path] = latency;
        _expectedCosts[path] = latency.Expected(_cap) / _cap;
    }

    /// <summary>When the latencies of all paths are set.</summary>
    internal void Complete(double unitWait)
    {
        _unitWait = unitWait;
        BestPath = 0;
        for (var path = 1; path < _expectedCosts.Length; path++)
        {
            if (_expectedCosts[path] < _expectedCosts[BestPath])
                BestPath = path;
        }
    }
}
