namespace StreamLearn.Streams.Influx;

/// <summary>Warns, rarely and with counts, of points that are lost on this side of the server. Thread-safe.</summary>
internal sealed class LossWarnings
{
    private readonly RareWarnings _warnings;
    private readonly Loss[] _losses;
    private readonly Lock _gate = new();

    internal LossWarnings(InfluxSettings settings, InfluxCounters counters, RareWarnings warnings)
    {
        _warnings = warnings;
        _losses =
        [
            new Loss(
                DropReason.Buffer, () => counters.DroppedFor(DropReason.Buffer),
                lost => $"{settings}: {lost} points are lost: more came at once than memory takes while the disk or the processor is busy."),
            new Loss(
                DropReason.Evicted, () => counters.DroppedFor(DropReason.Evicted),
                lost => $"{settings}: {lost} points are lost: the spool in {settings.SpoolPath} was full ({settings.SpoolBytes} bytes), and the oldest made room."),
            new Loss(
                DropReason.Damaged, () => counters.DamagedPlaces,
                places => $"{settings}: points are lost: places of the spool in {settings.SpoolPath} that could not be read: {places}."),
        ];
    }

    /// <summary>Warns of what has been lost since the last warning.</summary>
    /// <param name="isEnd">Whether nothing follows: what has not been said is, however short ago the last warning was.</param>
    internal void Check(bool isEnd = false)
    {
        lock (_gate)
        {
            foreach (var loss in _losses)
            {
                var count = loss.Count();
                if (count > loss.Said && Warn(loss, count, isEnd))
                {
                    loss.Said = count;
                }
            }
        }
    }

    private bool Warn(Loss loss, long count, bool isEnd)
    {
        var message = loss.Text(count - loss.Said);
        if (!isEnd)
        {
            return _warnings.Warn("lost-" + loss.Reason, message);
        }

        _warnings.Say(message);
        return true;
    }

    private sealed record Loss(string Reason, Func<long> Count, Func<long, string> Text)
    {
        internal long Said { get; set; }
    }
}
