namespace StreamLearn.Streams.Influx.Spooling;

/// <summary>Is told what a spool has lost.</summary>
internal interface ISpoolLosses
{
    /// <summary>Points went because there was no room.</summary>
    void Evicted(long points);

    /// <summary>A record could not be read.</summary>
    /// <param name="points">Points that were in it; 0: not known.</param>
    void Damaged(long points);
}
