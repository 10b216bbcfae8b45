namespace StreamLearn.Actors.Control;

/// <summary>Whether the ingests of a pipeline on this node read on, as it is stored for all nodes. Thread-safe.</summary>
public sealed class PauseSwitch
{
    private readonly Lock _lock = new();
    private readonly List<Action> _listeners = [];
    private volatile bool _isPaused;

    /// <summary>Whether they are to read nothing more.</summary>
    public bool IsPaused => _isPaused;

    /// <summary>Sets it.</summary>
    /// <returns>Whether it was otherwise.</returns>
    public bool Set(bool paused)
    {
        Action[] listeners;
        lock (_lock)
        {
            if (_isPaused == paused)
            {
                return false;
            }

            _isPaused = paused;
            listeners = [.. _listeners];
        }

        Array.ForEach(listeners, listener => listener());
        return true;
    }

    /// <summary>Has an action called whenever it has changed.</summary>
    internal void Add(Action listener)
    {
        lock (_lock)
        {
            _listeners.Add(listener);
        }
    }

    internal void Remove(Action listener)
    {
        lock (_lock)
        {
            _listeners.Remove(listener);
        }
    }
}
