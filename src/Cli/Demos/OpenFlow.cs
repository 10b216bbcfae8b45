using StreamLearn.Simulation.Bandits;

namespace StreamLearn.Cli.Demos;

/// <summary>What is kept of a flow until its path is chosen: the world goes on and has one flow at a time.</summary>
internal sealed class OpenFlow
{
    private readonly double[] _costs;
    private readonly double[] _latencies;
    private readonly double[] _expectedCosts;

    /// <param name="flow">The flow.</param>
    /// <param name="phase">The phase of the world that it is in, by its place.</param>
    internal OpenFlow(PathFlow flow, int phase)
    {
        var paths = flow.ExpectedCosts.Length;
        (Pair, Time, Phase) = (flow.Pair, flow.Time, phase);
        _expectedCosts = flow.ExpectedCosts.ToArray();
        _costs = new double[paths];
        _latencies = new double[paths];
        for (var path = 0; path < paths; path++)
        {
            _costs[path] = flow.Cost(path);
            _latencies[path] = flow.Latency(path);
        }
    }

    /// <summary>Place of its pair.</summary>
    internal int Pair { get; }

    /// <summary>When it came, milliseconds since 1970.</summary>
    internal long Time { get; }

    /// <summary>The phase of the world that it is in, by its place.</summary>
    internal int Phase { get; }

    /// <summary>Mean cost of every path.</summary>
    internal ReadOnlySpan<double> ExpectedCosts => _expectedCosts;

    /// <summary>What it costs on a path.</summary>
    internal double CostOn(int path) => _costs[path];

    /// <summary>When its first packet has arrived by a path, milliseconds since 1970.</summary>
    internal long ArrivalBy(int path) => Time + (long)Math.Ceiling(_latencies[path]);
}
