namespace StreamLearn.Streams.Influx;

/// <summary>Passes on a warning of a kind once per while: a server that is away would be complained of for ever. Thread-safe.</summary>
internal sealed class RareWarnings(Action<string> warn, TimeProvider time)
{
    private static readonly TimeSpan While = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _last = [];

    internal void Warn(string kind, string message)
    {
        lock (_gate)
        {
            if (_last.TryGetValue(kind, out var last) && time.GetElapsedTime(last) < While)
            {
                return;
            }

            _last[kind] = time.GetTimestamp();
        }

        warn(message);
    }

    /// <summary>What the kind is about is over: its next warning is passed on.</summary>
    /// <returns>Whether there had been one.</returns>
    internal bool Forget(string kind)
    {
        lock (_gate)
        {
            return _last.Remove(kind);
        }
    }
}
