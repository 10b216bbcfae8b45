using System.Diagnostics.Metrics;
using StreamLearn.Streams.Influx.Spooling;

namespace StreamLearn.Streams.Influx;

/// <summary>
/// Counts what becomes of points: as instruments of the meter <see cref="MeterName"/>, and for who asks. Thread-safe.
/// </summary>
internal sealed class InfluxCounters : ISpoolLosses, IDisposable
{
    internal const string MeterName = "StreamLearn.Influx";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _writtenPoints;
    private readonly Counter<long> _droppedPoints;
    private readonly Counter<long> _droppedValues;
    private readonly Counter<long> _retriedRequests;
    private readonly Counter<long> _damagedPlaces;
    private readonly Dictionary<string, StrongBox> _dropped = DropReason.All.ToDictionary(reason => reason, _ => new StrongBox());
    private long _written;
    private long _valuesDropped;
    private long _retries;
    private long _damaged;
    private long _spooledPoints;
    private long _spooledBytes;

    internal InfluxCounters()
    {
        _writtenPoints = _meter.CreateCounter<long>("influx.points.written", "{point}", "Points that the server has taken.");
        _droppedPoints = _meter.CreateCounter<long>("influx.points.dropped", "{point}", "Points that are lost, by reason.");
        _droppedValues = _meter.CreateCounter<long>("influx.values.dropped", "{value}", "Values left out of their points: not finite, or too large.");
        _retriedRequests = _meter.CreateCounter<long>("influx.requests.retried", "{request}", "Attempts after the first one.");
        _damagedPlaces = _meter.CreateCounter<long>("influx.spool.damaged", "{place}", "Places of the spool that could not be read.");
        _meter.CreateObservableGauge("influx.spool.points", () => Volatile.Read(ref _spooledPoints), "{point}", "Points that wait on disk.");
        _meter.CreateObservableGauge("influx.spool.bytes", () => Volatile.Read(ref _spooledBytes), "By", "Bytes of the spool.");
    }

    public void Evicted(long points) => Dropped(DropReason.Evicted, points);

    public void Damaged(long points)
    {
        Interlocked.Increment(ref _damaged);
        _damagedPlaces.Add(1);
        Dropped(DropReason.Damaged, points);
    }

    public void Dispose() => _meter.Dispose();

    internal void Written(long points)
    {
        if (points > 0)
        {
            Interlocked.Add(ref _written, points);
            _writtenPoints.Add(points);
        }
    }

    internal void Dropped(string reason, long points)
    {
        if (points > 0)
        {
            Interlocked.Add(ref _dropped[reason].Value, points);
            _droppedPoints.Add(points, new KeyValuePair<string, object?>("reason", reason));
        }
    }

    internal void ValuesDropped(long values)
    {
        if (values > 0)
        {
            Interlocked.Add(ref _valuesDropped, values);
            _droppedValues.Add(values);
        }
    }

    internal void Retried()
    {
        Interlocked.Increment(ref _retries);
        _retriedRequests.Add(1);
    }

    internal void Spooled(long points, long bytes)
    {
        Volatile.Write(ref _spooledPoints, points);
        Volatile.Write(ref _spooledBytes, bytes);
    }

    internal long DamagedPlaces => Volatile.Read(ref _damaged);

    internal long DroppedFor(string reason) => Volatile.Read(ref _dropped[reason].Value);

    internal InfluxStatistics Read() => new(
        Volatile.Read(ref _written),
        _dropped.ToDictionary(item => item.Key, item => DroppedFor(item.Key)),
        Volatile.Read(ref _valuesDropped),
        Volatile.Read(ref _retries),
        DamagedPlaces,
        Volatile.Read(ref _spooledPoints),
        Volatile.Read(ref _spooledBytes));

    private sealed class StrongBox
    {
        internal long Value;
    }
}
