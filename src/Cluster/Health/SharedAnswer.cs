namespace StreamLearn.Cluster.Health;

/// <summary>The answer to a question that costs something: asked once for all who want to know at the same time, and again only when the answer is
/// too old. Thread-safe.</summary>
/// <param name="ask">The question. Never asked twice at the same time.</param>
/// <param name="lifetime">How long an answer holds; zero: as long as the question is being asked.</param>
/// <param name="time">The clock.</param>
internal sealed class SharedAnswer<T>(Func<Task<T>> ask, TimeSpan lifetime, TimeProvider time)
{
    private readonly Lock _lock = new();
    private Task<T>? _answer;
    private long _answered;

    /// <summary>The answer.</summary>
    internal Task<T> GetAsync()
    {
        lock (_lock)
        {
            if (_answer is null || (_answer.IsCompleted && time.GetElapsedTime(Volatile.Read(ref _answered)) >= lifetime))
            {
                // Apart, so that nothing of it runs under the lock.
                _answer = Task.Run(AskAsync);
            }

            return _answer;
        }
    }

    private async Task<T> AskAsync()
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _answered, time.GetTimestamp());
        }
    }
}
