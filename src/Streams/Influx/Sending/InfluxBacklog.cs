using StreamLearn.Streams.Influx.Lines;
using StreamLearn.Streams.Influx.Spooling;

namespace StreamLearn.Streams.Influx.Sending;

/// <summary>
/// Batches that wait to be sent, in the order in which they came: a few in memory while the server takes them, else on disk. What is in memory is older than
/// what is on disk. Thread-safe; one thread adds, one takes.
/// </summary>
internal sealed class InfluxBacklog : IHeadOfLine, IDisposable
{
    /// <summary>Batches in memory, at most.</summary>
    internal const int MostInMemory = 8;

    private readonly Lock _gate = new();
    private readonly ISpool? _spool;
    private readonly InfluxCounters _counters;
    private readonly RareWarnings _warnings;
    private readonly Queue<LineBatch> _memory = new();
    private LineBatch? _head;
    private long _headOnDisk;
    private bool _isHeadOnDisk;
    private bool _isAway;

    /// <param name="spool">Owned; null: nothing waits on disk.</param>
    /// <param name="counters">Counts what is lost.</param>
    /// <param name="warnings">Is told of a disk that does not work.</param>
    internal InfluxBacklog(ISpool? spool, InfluxCounters counters, RareWarnings warnings)
    {
        _spool = spool;
        _counters = counters;
        _warnings = warnings;
        Report();
    }

    /// <inheritdoc/>
    public bool IsWanted
    {
        get
        {
            lock (_gate)
            {
                return !_isHeadOnDisk || _spool!.Head == _headOnDisk;
            }
        }
    }

    /// <summary>Adds a batch behind all others.</summary>
    internal void Add(LineBatch batch)
    {
        lock (_gate)
        {
            var isDiskEmpty = _spool?.IsEmpty ?? true;
            if (isDiskEmpty && !(_isAway && _spool is not null) && _memory.Count < MostInMemory)
            {
                _memory.Enqueue(batch);
                return;
            }

            var problem = _spool is null ? "there is no spool" : _spool.Append(batch);
            if (problem is not null && isDiskEmpty && _memory.Count < MostInMemory)
            {
                _memory.Enqueue(batch);
                Complain(problem);
                return;
            }

            if (problem is not null)
            {
                _counters.Dropped(DropReason.Spool, batch.Points);
                Complain(problem);
            }

            batch.Dispose();
            Report();
        }
    }

    /// <summary>The oldest batch, which stays where it is until <see cref="Done"/>; null: there is none.</summary>
    internal LineBatch? Peek()
    {
        lock (_gate)
        {
            _isHeadOnDisk = !_memory.TryPeek(out _head);
            if (_isHeadOnDisk)
            {
                _head = _spool?.Peek();
                _headOnDisk = _spool?.Head ?? 0;
                _isHeadOnDisk = _head is not null;
                Report();
            }

            return _head;
        }
    }

    /// <summary>The batch that was looked at is done with. The server has taken it, or it is lost.</summary>
    internal void Done()
    {
        lock (_gate)
        {
            _isAway = false;
            if (_isHeadOnDisk)
            {
                if (_spool!.Head == _headOnDisk)
                {
                    _spool.Advance();
                }
            }
            else if (_head is not null)
            {
                _memory.Dequeue();
            }

            _head?.Dispose();
            _head = null;
            Report();
        }
    }

    /// <summary>What is in memory goes to disk, before all that is there: it is to survive the process.</summary>
    public void OnAway()
    {
        lock (_gate)
        {
            _isAway = true;
            if (_spool is null || _memory.Count == 0)
            {
                return;
            }

            LineBatch[] waiting = [.. _memory];
            if (_spool.PutBack(waiting) is { } problem)
            {
                Complain(problem);
                return;
            }

            _memory.Clear();
            foreach (var batch in waiting)
            {
                // The one that is being sent is still read.
                if (!ReferenceEquals(batch, _head))
                {
                    batch.Dispose();
                }
            }

            _isHeadOnDisk = _head is not null;
            _headOnDisk = _spool.Head;
            Report();
        }
    }

    /// <summary>Nothing is sent any more: what is in memory goes to disk, or is lost and counted.</summary>
    internal void Keep()
    {
        lock (_gate)
        {
            OnAway();
            _counters.Dropped(DropReason.Stopped, _memory.Sum(batch => (long)batch.Points));
            _memory.Clear();
            _head = null;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _spool?.Dispose();
        }
    }

    private void Complain(string problem) =>
        _warnings.Warn("spool", $"Metrics cannot be kept on disk: {problem}. They are lost, and counted, while the server does not take them.");

    private void Report() => _counters.Spooled(_spool?.Points ?? 0, _spool?.Bytes ?? 0);
}
