namespace StreamLearn.Cli.Tests.Sources;

/// <summary>Time that a test moves; it tells when somebody waits for it.</summary>
internal sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private TaskCompletionSource _waited = New();
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _now.Ticks;
        }
    }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + TimeSpan.FromTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            var timer = new ManualTimer(this, () => callback(state), _now + dueTime);
            _timers.Add(timer);
            _waited.TrySetResult();
            return timer;
        }
    }

    /// <summary>Ends when somebody waits.</summary>
    internal Task SomebodyWaits()
    {
        lock (_lock)
        {
            return _waited.Task;
        }
    }

    /// <summary>Moves time on and lets those go on whose time has come.</summary>
    internal void Advance(TimeSpan by)
    {
        ManualTimer[] due;
        lock (_lock)
        {
            _now += by;
            due = [.. _timers.Where(timer => timer.Due <= _now)];
            _timers.RemoveAll(due.Contains);
            _waited = New();
            if (_timers.Count > 0)
            {
                _waited.SetResult();
            }
        }

        foreach (var timer in due)
        {
            timer.Fire();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class ManualTimer(ManualTimeProvider time, Action callback, TimeSpan due) : ITimer
    {
        internal TimeSpan Due => due;

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        internal void Fire() => callback();
    }
}
