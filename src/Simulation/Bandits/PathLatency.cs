using StreamLearn.Learners.Randomness;

namespace StreamLearn.Simulation.Bandits;

/// <summary>The latency of a flow: a fixed time plus a random wait, cut off at the time-out.</summary>
/// <remarks>
/// A wait in an M/M/1 queue, service included, is exponential (Kleinrock, Queueing Systems I, 1975, eq. 3.28-3.30). A flow sees the mean
/// of <see cref="Packets"/> of them, far from each other, so its wait Q is Erlang distributed with mean q:
/// E[min(Q, x)] = q F(x; n + 1) + x (1 - F(x; n)), F(x; n) the distribution of a sum of n exponentials of rate n / q, here the same rate in
/// both.
/// </remarks>
/// <param name="FixedMilliseconds">What is not random, ms; may be above the time-out.</param>
/// <param name="WaitMilliseconds">Mean of the wait q, ms, from 0 up.</param>
internal readonly record struct PathLatency(double FixedMilliseconds, double WaitMilliseconds)
{
    /// <summary>Waits of which a flow sees the mean: n.</summary>
    public const int Packets = 4;

    /// <summary>Waits this far above their mean do not occur in double precision: e^-700 x 700^4 is nothing beside 1.</summary>
    private const double MostScaled = 700;

    /// <summary>A wait of mean 1.</summary>
    public static double DrawUnitWait(Xoshiro256 random)
    {
        var sum = 0.0;
        for (var packet = 0; packet < Packets; packet++)
            sum += random.NextExponential();
        return sum / Packets;
    }

    /// <summary>Mean latency, ms.</summary>
    /// <param name="cap">The time-out, ms.</param>
    public double Expected(double cap)
    {
        var room = cap - FixedMilliseconds;
        if (room <= 0)
            return cap;
        if (WaitMilliseconds == 0)
            return FixedMilliseconds;
        var scaled = Math.Min(Packets * room / WaitMilliseconds, MostScaled);
        var term = Math.Exp(-scaled);
        var aboveShorter = 0.0;
        for (var packet = 0; packet < Packets; packet++)
        {
            aboveShorter += term;
            term *= scaled / (packet + 1);
        }

        // 1 - F is a sum of Poisson probabilities: of n terms for n exponentials, of one more for n + 1.
        return FixedMilliseconds + WaitMilliseconds * (1 - aboveShorter - term) + room * aboveShorter;
    }

    /// <summary>Latency of one flow, ms.</summary>
    /// <param name="cap">The time-out, ms.</param>
    /// <param name="unitWait">From <see cref="DrawUnitWait"/>.</param>
    public double Realised(double cap, double unitWait) => Math.Min(cap, FixedMilliseconds + WaitMilliseconds * unitWait);
}
