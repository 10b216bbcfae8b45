namespace StreamLearn.Streams.Influx;

/// <summary>
/// Passes on a warning of a kind once per while: a server that is away would be complained of for ever. Thread-safe.
/// </summary>
internal sealed class RareWarnings(Action<string> listener, TimeProvider time)
{
    private static readonly TimeSpan While = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _last = [];
    private readonly HashSet<string> _open = [];

    /// <returns>Whether it was passed on; not where one of the kind was so a short while ago.</returns>
    internal bool Warn(string kind, string message)
    {
        lock (_gate)
        {
            if (_last.TryGetValue(kind, out var last) && time.GetElapsedTime(last) < While)
            {
                return false;
            }

            _last[kind] = time.GetTimestamp();
            _open.Add(kind);
        }

        Say(message);
        return true;
    }

    /// <summary>What the kind is about is over.</summary>
    /// <returns>Whether somebody has been warned of it since the last time, and is to hear that it is.</returns>
    internal bool Over(string kind)
    {
        lock (_gate)
        {
            return _open.Remove(kind);
        }
    }

    /// <summary>Passes on what is as rare as a warning: that one is over, or the last words.</summary>
    internal void Say(string message)
    {
        try
        {
            listener(message);
        }
        catch (Exception)
        {
            // A log that fails must not end the sending; there is nobody to tell.
        }
    }
}
