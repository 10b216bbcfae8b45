using StreamLearn.Streams.Influx.Spooling;

namespace StreamLearn.Streams.Tests.Influx.Spooling;

/// <summary>Remembers what a spool has lost.</summary>
internal sealed class Losses : ISpoolLosses
{
    public long EvictedPoints { get; private set; }

    public long DamagedPoints { get; private set; }

    public int DamagedPlaces { get; private set; }

    void ISpoolLosses.Evicted(long points) => EvictedPoints += points;

    void ISpoolLosses.Damaged(long points)
    {
        DamagedPoints += points;
        DamagedPlaces++;
    }
}
