using StreamLearn.Actors.Ingest;

namespace StreamLearn.Actors.Control;

/// <summary>Who waits for a checkpoint of a partition: asked from anywhere, answered by its <see cref="IngestStage"/>. Thread-safe.</summary>
internal sealed class CheckpointRequests
{
    private const string Ended = "the partition is being given back; whoever has it next goes on from its last checkpoint";

    private readonly Lock _lock = new();
    private List<TaskCompletionSource<long>> _waiting = [];
    private Action? _wake;
    private bool _hasEnded;

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
