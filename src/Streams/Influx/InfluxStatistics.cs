namespace StreamLearn.Streams.Influx;

/// <summary>What has become of points since the start.</summary>
/// <param name="Written">Points that the server has taken.</param>
/// <param name="Dropped">Points that are lost, by <see cref="DropReason"/>.</param>
/// <param name="ValuesDropped">Values that were left out of their points: NaN, infinite, or too large for a 1.x server.</param>
/// <param name="Retries">Attempts after the first one.</param>
/// <param name="DamagedPlaces">Places of the spool that could not be read.</param>
/// <param name="SpooledPoints">Points that wait on disk now.</param>
/// <param name="SpooledBytes">Bytes of the spool now.</param>
public sealed record InfluxStatistics(
    long Written, IReadOnlyDictionary<string, long> Dropped, long ValuesDropped, long Retries, long DamagedPlaces, long SpooledPoints, long SpooledBytes);
