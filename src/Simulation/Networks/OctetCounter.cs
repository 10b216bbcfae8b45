namespace StreamLearn.Simulation.Networks;

/// <summary>
/// The octet counter of an interface, as SNMP reads it: it only grows, and begins again at 0 behind its largest value, 2^32 - 1 (Counter32,
/// ifInOctets) or 2^64 - 1 (Counter64, ifHCInOctets). A reset, as after a restart, begins again at 0 without that.
/// </summary>
/// <remarks>
/// 5 minutes at 114.53 Mbit/s are 2^32 octets: above that a counter of 32 bits goes round more than once a bin, and the load cannot be
/// had back from it. Source: RFC 2578, sections 7.1.6 and 7.1.10; RFC 2863.
/// </remarks>
public sealed class OctetCounter
{
    private const double OctetsPerMegabit = 1e6 / 8;

    private readonly ulong _mask;
    private readonly double _seconds;

    /// <summary>The part of an octet that the counter does not show yet.</summary>
    private double _fraction;

    /// <param name="bits">32 or 64.</param>
    /// <param name="first">Its value at the beginning of the first bin.</param>
    /// <param name="step">The length of a bin; <see cref="LinkLoads.Step"/> if not given.</param>
    public OctetCounter(int bits = 64, ulong first = 0, TimeSpan? step = null)
    {
        if (bits is not (32 or 64))
            throw new ArgumentOutOfRangeException(nameof(bits), bits, "Expected 32 or 64 bits.");
        _mask = bits == 32 ? uint.MaxValue : ulong.MaxValue;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, _mask);
        _seconds = (step ?? LinkLoads.Step).TotalSeconds;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_seconds, nameof(step));
        Value = first;
    }

    /// <summary>What it shows.</summary>
    public ulong Value { get; private set; }

    /// <summary>Readings at the end of each bin of a series.</summary>
    /// <param name="megabits">Mean load of each bin, Mbit/s.</param>
    /// <param name="bits">32 or 64.</param>
    /// <param name="first">The value at the beginning of the first bin.</param>
    /// <param name="resets">Bins at whose beginning the counter is set to 0.</param>
    /// <param name="step">The length of a bin; <see cref="LinkLoads.Step"/> if not given.</param>
    public static ulong[] Readings(
        ReadOnlySpan<double> megabits, int bits = 64, ulong first = 0, IReadOnlyCollection<int>? resets = null, TimeSpan? step = null)
    {
        var counter = new OctetCounter(bits, first, step);
        var resetBins = (resets ?? []).ToHashSet();
        var readings = new ulong[megabits.Length];
        foreach (var bin in resetBins)
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)bin, (uint)megabits.Length, nameof(resets));
        for (var bin = 0; bin < readings.Length; bin++)
        {
            if (resetBins.Contains(bin))
                counter.Reset();
            readings[bin] = counter.Advance(megabits[bin]);
        }

        return readings;
    }

    /// <summary>Counts one bin.</summary>
    /// <param name="megabits">Its mean load, Mbit/s, finite and from 0 up.</param>
    /// <returns>What it shows at the end of the bin.</returns>
    public ulong Advance(double megabits)
    {
        if (!(megabits >= 0 && megabits * OctetsPerMegabit * _seconds < ulong.MaxValue))
        {
            throw new ArgumentOutOfRangeException(
                nameof(megabits), megabits, "Expected a load from 0 up whose octets are a number of 64 bits.");
        }

        _fraction += megabits * OctetsPerMegabit * _seconds;
        var whole = (ulong)_fraction;
        _fraction -= whole;
        Value = unchecked(Value + whole) & _mask;
        return Value;
    }

    /// <summary>Sets it to 0.</summary>
    public void Reset()
    {
        Value = 0;
        _fraction = 0;
    }
}
