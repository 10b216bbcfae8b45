using Microsoft.Data.Sqlite;
using StreamLearn.Actors.Checkpoints.Sql;

namespace StreamLearn.Actors.Checkpoints.Sqlite;

/// <summary>
/// A checkpoint store in a file, which the processes of a machine may share: write-ahead log, every transaction flushed to the disk. Writes
/// have one connection and go in groups; reads have others and do not wait for them.
/// </summary>
internal sealed class SqliteCheckpointStore : SqlCheckpointStore
{
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;

    private SqliteCheckpointStore(string path, SqliteWriter writer)
    {
        _writer = writer;
        _readers = new SqliteReaders(path, new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite });
    }

    /// <summary>Transactions so far that were made durable.</summary>
    internal long Transactions => _writer.Transactions;

    /// <inheritdoc cref="CheckpointStores.OpenAsync"/>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    internal static Task<ICheckpointStore> OpenAsync(string path, CancellationToken cancellation = default) =>
        OpenAsync(path, 0, cancellation);

    /// <inheritdoc cref="OpenAsync(string, CancellationToken)"/>
    /// <param name="path">The file.</param>
    /// <param name="maxPages">Most pages that the file may have, so that tests can fill it; 0: no limit.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    internal static async Task<ICheckpointStore> OpenAsync(string path, int maxPages, CancellationToken cancellation)
    {
        if (Directory.Exists(path))
        {
            throw new CheckpointStoreException($"{path} is a directory; expected the name of a file for the checkpoints.");
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return await Task.Run(() => OpenFileAsync(path, maxPages, cancellation), cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointStoreException($"{path}: the directory cannot be made: {exception.Message}", exception);
        }
        catch (SqliteException exception)
        {
            throw SqliteErrors.Explain(path, exception);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _readers.Dispose();
    }

    protected override async Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation)
    {
        var write = new QueuedWrite<T>(work, cancellation);
        await _writer.WriteAsync(write);
        return await write.End;
    }

    protected override Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation) =>
        _readers.RunAsync(work, cancellation);

    private static async Task<ICheckpointStore> OpenFileAsync(string path, int maxPages, CancellationToken cancellation)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            var session = new SqliteSession(connection, path, cancellation);

            // Before anything is written: a journal mode is, and the file may be another program's.
            await session.ExecuteAsync("PRAGMA busy_timeout = 10000;");
            await Schema.RequireOursOrEmptyAsync(session);

            // Pages of 16 KiB, of a new file: states of tens of kilobytes lie in few of them.
            await session.ExecuteAsync(
                "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");

            // A large group leaves a large log behind, which would stay.
            await session.ExecuteAsync("PRAGMA journal_size_limit = 67108864;");
            await using (var transaction = connection.BeginTransaction(deferred: false))
            {
                await Schema.MigrateAsync(session, "INTEGER PRIMARY KEY", "BLOB");
                await transaction.CommitAsync(cancellation);
            }

            if (maxPages > 0)
            {
                await session.ExecuteAsync($"PRAGMA max_page_count = {maxPages};");
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        var writer = new SqliteWriter(path, connection);
        writer.Start();
        return new SqliteCheckpointStore(path, writer);
    }
}
