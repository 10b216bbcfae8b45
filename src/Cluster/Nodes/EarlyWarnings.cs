using Akka.Event;

namespace StreamLearn.Cluster.Nodes;

/// <summary>Warnings of what runs before the node has a log: they wait for it. Thread-safe.</summary>
internal sealed class EarlyWarnings
{
    // Of what comes earlier; the last ones are of no use without the first.
    private const int Most = 100;

    private readonly Lock _lock = new();
    private readonly List<string> _waiting = [];
    private ILoggingAdapter? _log;

    /// <summary>Logs a warning, now or when there is a log.</summary>
    internal void Warn(string warning)
    {
        lock (_lock)
        {
            if (_log is null && _waiting.Count < Most)
            {
                _waiting.Add(warning);
            }

            _log?.Warning("{0}", warning);
        }
    }

    /// <summary>There is a log now.</summary>
    internal void Begin(ILoggingAdapter log)
    {
        lock (_lock)
        {
            _log = log;
            _waiting.ForEach(warning => log.Warning("{0}", warning));
            _waiting.Clear();
        }
    }
}
