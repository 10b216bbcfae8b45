namespace StreamLearn.Actors.Ingest;

/// <summary>When a message without an answer is sent again, counted in ticks of a timer.</summary>
internal sealed class ResendClock
{
    // At the second tick it has waited for one whole period. Then less and less often: a bucket that is only slow must not be buried.
    private const int LongestWait = 16;
    private int _ticks = 2;
    private int _wait = 1;

    /// <summary>The message has been sent anew, to somebody who is there: an answer may be missed soon.</summary>
    internal void Restart() => (_ticks, _wait) = (2, 1);

    /// <summary>Counts a tick and says whether the message is to be sent again.</summary>
    internal bool IsDueAtTick()
    {
        if (--_ticks > 0)
        {
            return false;
        }

        _ticks = _wait = Math.Min(_wait * 2, LongestWait);
        return true;
    }
}
