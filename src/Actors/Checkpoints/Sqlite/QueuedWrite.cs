using StreamLearn.Actors.Checkpoints.Sql;

namespace StreamLearn.Actors.Checkpoints.Sqlite;

/// <summary>
/// Work that waits for the writer's next transaction. Whoever asked for it learns of the end when the transaction is durable.
/// </summary>
internal abstract class QueuedWrite(CancellationToken cancellation)
{
    internal CancellationToken Cancellation => cancellation;

    /// <summary>Does the work; what it gives is kept until <see cref="Succeed"/>.</summary>
    internal abstract Task RunAsync(SqlSession session);

    internal abstract void Succeed();

    internal abstract void Fail(Exception exception);
}

/// <inheritdoc/>
internal sealed class QueuedWrite<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation) : QueuedWrite(cancellation)
{
    private readonly TaskCompletionSource<T> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    internal Task<T> End => _end.Task;

    internal override async Task RunAsync(SqlSession session) => _result = await work(session);

    internal override void Succeed() => _end.TrySetResult(_result);

    internal override void Fail(Exception exception)
    {
        if (exception is OperationCanceledException)
        {
            _end.TrySetCanceled(Cancellation);
        }
        else
        {
            _end.TrySetException(exception);
        }
    }
}
