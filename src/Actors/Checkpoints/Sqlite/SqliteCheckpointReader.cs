using Microsoft.Data.Sqlite;
using SQLitePCL;
using StreamLearn.Actors.Checkpoints.Sql;

namespace StreamLearn.Actors.Checkpoints.Sqlite;

/// <summary>Looks into a file that is a checkpoint store, and writes nothing to it. Processes may have it open meanwhile.</summary>
internal sealed class SqliteCheckpointReader : SqlCheckpointReader
{
    private readonly SqliteReaders _readers;

    private SqliteCheckpointReader(SqliteReaders readers) => _readers = readers;

    /// <inheritdoc cref="CheckpointStores.OpenReaderAsync"/>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    internal static async Task<ICheckpointReader> OpenAsync(string path, CancellationToken cancellation = default)
    {
        if (!File.Exists(path))
        {
            throw new CheckpointStoreException($"{path} is not there, or is no file; expected a checkpoint store as 'run' makes it.");
        }

        try
        {
            return await OpenAsync(path, path, cancellation);
        }
        catch (CheckpointStoreException refusal) when (refusal.InnerException is SqliteException
        {
            SqliteErrorCode: raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY,
        } && !File.Exists(path + "-wal"))
        {
            // A log that is written ahead needs files beside the database, and the directory cannot be written. Nobody has the database,
            // or they were there; whoever opens it meanwhile writes to the log first, which is not looked at.
            return await OpenAsync(path, $"{new Uri(Path.GetFullPath(path)).AbsoluteUri}?immutable=1", cancellation);
        }
    }

    public override ValueTask DisposeAsync()
    {
        _readers.Dispose();
        return default;
    }

    protected override Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation) =>
        _readers.RunAsync(work, cancellation);

    private static async Task<ICheckpointReader> OpenAsync(string path, string source, CancellationToken cancellation)
    {
        var reader = new SqliteCheckpointReader(
            new SqliteReaders(path, new SqliteConnectionStringBuilder { DataSource = source, Mode = SqliteOpenMode.ReadOnly }));
        try
        {
            return await reader.ReadAsync(
                async session =>
                {
                    await Schema.RequireNewestAsync(session);
                    return reader;
                },
                cancellation);
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }
}
