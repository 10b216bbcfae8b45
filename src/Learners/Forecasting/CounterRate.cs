using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Forecasting;

/// <summary>
/// Makes rates of the readings of one counter: what it has counted since the reading before, by the event time since then.
/// </summary>
/// <remarks>
/// <para>A reading below the one before is a wrap where that gives a plausible rate, else a reset. Plausible is a rate up to
/// <see cref="CounterOptions.MaxRate"/>; where that is not known, up to <see cref="Headroom"/> times the largest rate so far, and for a
/// counter of 64 bits only from its upper half on. Before any rate it is a reset.</para>
/// <para>Over missing steps the rate is the mean since the last reading. A counter that wraps twice between two readings looks as if it had
/// wrapped once, and a reset that has counted beyond the last reading looks like none.</para>
/// </remarks>
internal sealed class CounterRate(CounterOptions options)
{
    /// <summary>How many times the largest rate so far a wrapped one may be, where no largest rate is configured.</summary>
    internal const double Headroom = 10;

    private const ulong UpperHalf = 1ul << 63;

    private ulong _last;
    private double _largest;

    /// <summary>Whether there has been a reading.</summary>
    internal bool HasReading { get; private set; }

    /// <summary>Event time of the last reading, ms since 1970.</summary>
    internal long Time { get; private set; }

    /// <summary>Takes in a reading.</summary>
    /// <param name="time">Its event time, ms since 1970. One that is not after the last one is passed over: it has no rate, and changes
    /// nothing.</param>
    /// <param name="reading">What the counter says.</param>
    /// <param name="rate">Units a second since the last reading, scaled.</param>
    /// <returns>Whether there is a rate: not at the first reading, nor after a reset.</returns>
    internal bool TryRead(long time, ulong reading, out double rate)
    {
        rate = 0;
        if (!HasReading)
        {
            HasReading = true;
            (_last, Time) = (reading, time);
            return false;
        }

        if (time <= Time)
        {
            return false;
        }

        // In 128 bits: times may be anything. Whole numbers are subtracted as such: nothing is lost above 2^53.
        var seconds = (double)((Int128)time - Time) / 1000;
        var counted = unchecked(reading - _last) & options.Largest;
        rate = counted / seconds * options.Scale;
        var usable = reading >= _last || IsPlausible(rate);
        (_last, Time) = (reading, time);
        if (!usable)
        {
            rate = 0;
            return false;
        }

        _largest = Math.Max(_largest, rate);
        return true;
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(4);
        writer.Write(HasReading);
        writer.Write(_last);
        writer.Write(Time);
        writer.Write(_largest);
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadLength(4);
        HasReading = reader.ReadBoolean();
        _last = reader.ReadUInt64();
        Time = reader.ReadInt64();
        _largest = reader.ReadFinite();
        StateFormat.Require(_last <= options.Largest && _largest >= 0, "a counter has a reading or a rate that it cannot have");
    }

    private bool IsPlausible(double wrapped) => options.MaxRate > 0
        ? wrapped <= options.MaxRate
        : _largest > 0 && wrapped <= Headroom * _largest && (options.Kind == ValueKind.Counter32 || _last > UpperHalf);
}
