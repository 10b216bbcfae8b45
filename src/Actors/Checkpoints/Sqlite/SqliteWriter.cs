using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace StreamLearn.Actors.Checkpoints.Sqlite;

/// <summary>
/// The one connection that writes, and the one task that uses it. A transaction costs the disk two flushes however much is in it, so all
/// work that waits goes into one; what fails in it is taken out of it alone.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="connection">Open, used by nobody else.</param>
internal sealed class SqliteWriter(string path, SqliteConnection connection) : IAsyncDisposable
{
    private const int LargestGroup = 64;
    private const string Savepoint = "one_of_the_group";

    private readonly Channel<QueuedWrite> _queue = Channel.CreateBounded<QueuedWrite>(
        new BoundedChannelOptions(4 * LargestGroup) { SingleReader = true });

    private Task _loop = Task.CompletedTask;

    /// <summary>Transactions so far that were made durable.</summary>
    internal long Transactions { get; private set; }

    internal void Start() => _loop = Task.Run(LoopAsync);

    internal async Task WriteAsync(QueuedWrite write)
    {
        try
        {
            await _queue.Writer.WriteAsync(write, write.Cancellation);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteCheckpointStore));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        await connection.DisposeAsync();
    }

    private async Task LoopAsync()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            var group = new List<QueuedWrite>();
            while (group.Count < LargestGroup && _queue.Reader.TryRead(out var write))
            {
                group.Add(write);
            }

            await CommitAsync(group);
        }
    }

    private async Task CommitAsync(List<QueuedWrite> group)
    {
        var written = new List<QueuedWrite>();
        try
        {
            await using var transaction = connection.BeginTransaction(deferred: false);
            foreach (var write in group)
            {
                await transaction.SaveAsync(Savepoint);
                try
                {
                    await write.RunAsync(new SqliteSession(connection, path, write.Cancellation));
                    written.Add(write);
                }
                catch (Exception exception) when (raw.sqlite3_get_autocommit(connection.Handle) == 0)
                {
                    // Where SQLite has ended the whole transaction, as it may when the disk is full, nothing of the group is written.
                    await transaction.RollbackAsync(Savepoint);
                    write.Fail(Explained(exception));
                }

                await transaction.ReleaseAsync(Savepoint);
            }

            await transaction.CommitAsync();
        }
        catch (Exception exception)
        {
            group.ForEach(write => write.Fail(Explained(exception)));
            return;
        }

        Transactions++;
        written.ForEach(write => write.Succeed());
    }

    private Exception Explained(Exception exception) => exception is SqliteException error ? SqliteErrors.Explain(path, error) : exception;
}
