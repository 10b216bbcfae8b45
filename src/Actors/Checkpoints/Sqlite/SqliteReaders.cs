using Microsoft.Data.Sqlite;
using StreamLearn.Actors.Checkpoints.Sql;

namespace StreamLearn.Actors.Checkpoints.Sqlite;

/// <summary>Connections to a file that read, so many at once at most.</summary>
/// <param name="path">The file, as errors name it.</param>
/// <param name="connection">How it is opened.</param>
internal sealed class SqliteReaders(string path, SqliteConnectionStringBuilder connection) : IDisposable
{
    private const int Most = 4;

    private readonly SemaphoreSlim _free = new(Most);

    /// <summary>Does work on one state of the file.</summary>
    /// <exception cref="CheckpointStoreException">It cannot be read.</exception>
    internal async Task<T> RunAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation);
        try
        {
            return await Task.Run(
                async () =>
                {
                    await using var opened = new SqliteConnection(connection.ConnectionString);
                    await opened.OpenAsync(cancellation);
                    await using var transaction = opened.BeginTransaction(deferred: true);
                    return await work(new SqliteSession(opened, path, cancellation));
                },
                cancellation);
        }
        catch (SqliteException exception)
        {
            throw SqliteErrors.Explain(path, exception);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Closes the connections that wait to be used again.</summary>
    public void Dispose()
    {
        SqliteConnection.ClearPool(new SqliteConnection(connection.ConnectionString));
        _free.Dispose();
    }
}
