using System.Data;
using System.Net.Sockets;
using Npgsql;
using StreamLearn.Actors.Checkpoints.Sql;

namespace StreamLearn.Actors.Checkpoints.Postgres;

/// <summary>
/// A checkpoint store on a PostgreSQL server, which a cluster shares. A claim's row is locked for as long as its bucket is written.
/// </summary>
internal sealed class PostgresCheckpointStore : SqlCheckpointStore
{
    /// <summary>Names the lock that keeps two programs from making the tables at once: any number that nobody else has.</summary>
    private const long MigrationLock = 7301_0001;

    private readonly NpgsqlDataSource _server;
    private readonly PostgresErrors _errors;

    private PostgresCheckpointStore(NpgsqlDataSource server, PostgresErrors errors)
    {
        _server = server;
        _errors = errors;
    }

    /// <inheritdoc cref="CheckpointStores.OpenAsync"/>
    internal static async Task<ICheckpointStore> OpenAsync(CheckpointStoreOptions options, CancellationToken cancellation = default)
    {
        var connection = PostgresConnection.Read(options.Connection);
        var errors = new PostgresErrors(connection, options.PasswordVariable);
        connection.Password = options.Password;
        var store = new PostgresCheckpointStore(NpgsqlDataSource.Create(connection), errors);
        try
        {
            await store.WriteAsync(
                async session =>
                {
                    await session.ScalarAsync("SELECT pg_advisory_xact_lock(@lock)", ("lock", MigrationLock));
                    await Schema.MigrateAsync(session, errors.Database, "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "BYTEA");
                    return true;
                },
                cancellation);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    public override ValueTask DisposeAsync() => _server.DisposeAsync();

    protected override Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation) =>
        RunAsync(IsolationLevel.ReadCommitted, work, cancellation);

    protected override Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation) =>
        RunAsync(IsolationLevel.RepeatableRead, work, cancellation);

    private async Task<T> RunAsync<T>(IsolationLevel isolation, Func<SqlSession, Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await _server.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(isolation, cancellation);
            var result = await work(new PostgresSession(connection, cancellation));
            await transaction.CommitAsync(cancellation);
            return result;
        }
        catch (Exception exception) when (exception is NpgsqlException or SocketException or TimeoutException or IOException)
        {
            if (exception is not PostgresException)
            {
                // The server went away: the other connections of the pool are as dead, and each would fail once more.
                _server.Clear();
            }

            throw _errors.Explain(exception);
        }
    }
}
