using System.Collections.Concurrent;

namespace StreamLearn.Streams.Kafka;

/// <summary>
/// Runs blocking calls of a Kafka client one after the other on a thread of its own: where a broker is away they would hold the threads
/// of the pool for seconds.
/// </summary>
internal sealed class CallThread : IDisposable
{
    private readonly BlockingCollection<Action> _calls = [];
    private readonly Thread _thread;

    internal CallThread(string name)
    {
        _thread = new Thread(() =>
        {
            foreach (var call in _calls.GetConsumingEnumerable())
            {
                call();
            }
        })
        {
            IsBackground = true,
            Name = name,
        };
        _thread.Start();
    }

    /// <summary>Runs a call after those that wait.</summary>
    /// <exception cref="ObjectDisposedException">No more calls are taken.</exception>
    internal Task<T> RunAsync<T>(Func<T> call)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _calls.Add(() =>
            {
                try
                {
                    completion.SetResult(call());
                }
                catch (Exception exception)
                {
                    completion.SetException(exception);
                }
            });
        }
        catch (InvalidOperationException)
        {
            completion.SetException(new ObjectDisposedException(_thread.Name));
        }

        return completion.Task;
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    internal Task RunAsync(Action call) => RunAsync(() =>
    {
        call();
        return true;
    });

    /// <summary>Takes no more calls and waits for those it has. May be called again.</summary>
    /// <returns>Whether they have ended in time; if not, their client must not be disposed of.</returns>
    internal bool Close(TimeSpan patience)
    {
        if (!_thread.IsAlive)
        {
            return true;
        }

        _calls.CompleteAdding();
        return _thread.Join(patience);
    }

    public void Dispose()
    {
        if (Close(TimeSpan.Zero))
        {
            _calls.Dispose();
        }
    }
}
