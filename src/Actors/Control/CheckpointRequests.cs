using StreamLearn.Actors.Ingest;

namespace StreamLearn.Actors.Control;

/// <summary>What is wanted of the ingest of a partition from outside its stream: who waits for a checkpoint, and whether the partition is to be given back. Asked from anywhere,
/// answered by its <see cref="IngestStage"/>. Thread-safe.</summary>
internal sealed class CheckpointRequests
{
    private const string Ended = "the partition is being given back; whoever has it next goes on from its last checkpoint";

    private readonly Lock _lock = new();
    private List<TaskCompletionSource<long>> _waiting = [];
    private Action? _wake;
    private bool _hasEnded;
    private volatile bool _isGivenUp;

    /// <summary>Whether the partition is to be given back: a paused ingest, which would never read its stream to the end, ends by itself.</summary>
    internal bool IsGivenUp => _isGivenUp;

    /// <summary>Whether somebody waits.</summary>
    internal bool Any
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count > 0;
            }
        }
    }

    /// <summary>Asks for one that covers everything that is learned by now.</summary>
    /// <returns>The offset that is stored and committed.</returns>
    /// <exception cref="OwnershipLostException">The ingest has ended before it was made.</exception>
    internal Task<long> AskAsync()
    {
        var request = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        Action? wake;
        lock (_lock)
        {
            if (_hasEnded)
            {
                return Task.FromException<long>(new OwnershipLostException(Ended));
            }

            _waiting.Add(request);
            wake = _wake;
        }

        wake?.Invoke();
        return request.Task;
    }

    /// <summary>The partition is to be given back.</summary>
    internal void GiveUp()
    {
        _isGivenUp = true;
        Action? wake;
        lock (_lock)
        {
            wake = _wake;
        }

        wake?.Invoke();
    }

    /// <summary>Begins: whoever asks from now on wakes the ingest.</summary>
    internal void Begin(Action wake)
    {
        lock (_lock)
        {
            _wake = wake;
        }
    }

    /// <summary>Those that wait now, to be answered once the partition is where they want it. Others come anew.</summary>
    internal IReadOnlyList<TaskCompletionSource<long>> Take()
    {
        lock (_lock)
        {
            var taken = _waiting;
            _waiting = [];
            return taken;
        }
    }

    /// <summary>The ingest has ended; nobody is answered any more.</summary>
    internal void End()
    {
        lock (_lock)
        {
            (_hasEnded, _wake) = (true, null);
        }

        foreach (var request in Take())
        {
            request.TrySetException(new OwnershipLostException(Ended));
        }
    }
}
