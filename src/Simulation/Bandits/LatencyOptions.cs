using static StreamLearn.Simulation.Networks.OptionRange;

namespace StreamLearn.Simulation.Bandits;

/// <summary>How long packets take in <see cref="PathChoiceWorld"/>. All numbers but the speed of light in fibre are our choice.</summary>
public sealed record LatencyOptions
{
    /// <summary>Propagation, ms per unit of weight. Default: 0.005 ms per km, light in fibre.</summary>
    public double MillisecondsPerWeight { get; init; } = 0.005;

    /// <summary>
    /// Mean wait at a link that is used by half, ms: the wait is this times u / (1 - u) at a utilisation of u. The default stands for the
    /// bursts of real traffic: one packet of 1500 bytes takes 0.0012 ms at 10 Gbit/s.
    /// </summary>
    public double WaitMilliseconds { get; init; } = 2;

    /// <summary>From this utilisation on waits grow no more (the buffer is full), 0 to below 1.</summary>
    public double FullUtilisation { get; init; } = 0.96;

    /// <summary>Wait of interactive flows as a share of that of bulk flows, since they are served first; 0 to 1.</summary>
    public double InteractiveShare { get; init; } = 0.5;

    /// <summary>What a flow loses where its path is repaired around a failed cable, ms, besides the longer way.</summary>
    public double RepairMilliseconds { get; init; } = 10;

    /// <summary>The time-out, ms: no latency is above it, and it costs 1.</summary>
    public double CapMilliseconds { get; init; } = 100;

    internal void CheckRanges()
    {
        Require(IsPositive(MillisecondsPerWeight), nameof(MillisecondsPerWeight), "above 0", MillisecondsPerWeight);
        Require(WaitMilliseconds == 0 || IsPositive(WaitMilliseconds), nameof(WaitMilliseconds), "0 or above", WaitMilliseconds);
        Require(FullUtilisation is >= 0 and < 1, nameof(FullUtilisation), "from 0 to below 1", FullUtilisation);
        Require(InteractiveShare is >= 0 and <= 1, nameof(InteractiveShare), "from 0 to 1", InteractiveShare);
        Require(RepairMilliseconds == 0 || IsPositive(RepairMilliseconds), nameof(RepairMilliseconds), "0 or above", RepairMilliseconds);
        Require(IsPositive(CapMilliseconds), nameof(CapMilliseconds), "above 0", CapMilliseconds);

        static bool IsPositive(double value) => value is > 0 and < double.PositiveInfinity;
    }
}
