namespace StreamLearn.Actors.Buckets;

/// <summary>The time that the entities of one shard are busy, added up by their threads, and the faded share of it that is read now and then.</summary>
internal sealed class CostMeter(long since)
{
    private long _busy;

    // Of the reader, under its lock: both fade alike, so that a young meter is not too low.
    private double _fadedBusy;
    private double _fadedTime;
    private double _seconds;
    private long _readAt = since;

    /// <summary>Entities that use it.</summary>
    internal int Users { get; set; }

    /// <summary>Adds time, in the units of the clock. From any thread.</summary>
    internal void Add(long busy) => Interlocked.Add(ref _busy, busy);

    /// <summary>Busy seconds per second as of now; NaN where it has been there for less than <paramref name="first"/>.</summary>
    internal double Read(TimeProvider time, TimeSpan fading, TimeSpan first)
    {
        var now = time.GetTimestamp();
        var elapsed = time.GetElapsedTime(_readAt, now).TotalSeconds;
        if (elapsed > 0)
        {
            var kept = Math.Exp(-elapsed / fading.TotalSeconds);
            _fadedBusy = (_fadedBusy * kept) + time.GetElapsedTime(0, Interlocked.Exchange(ref _busy, 0)).TotalSeconds;
            _fadedTime = (_fadedTime * kept) + elapsed;
            _seconds += elapsed;
            _readAt = now;
        }

        return _seconds >= first.TotalSeconds && _fadedTime > 0 ? _fadedBusy / _fadedTime : double.NaN;
    }
}
