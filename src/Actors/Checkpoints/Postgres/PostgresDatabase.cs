using System.Data;
using System.Net.Sockets;
using Npgsql;
using StreamLearn.Actors.Checkpoints.Sql;

namespace StreamLearn.Actors.Checkpoints.Postgres;

/// <summary>Connections to a server, and transactions on them.</summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    // A process that is suspended in the middle of a transaction would keep its locks for as long as it is: whoever takes its buckets over would wait. It
    // stands first, so that a connection's own options count.
    private const string OwnOptions = "-c idle_in_transaction_session_timeout=10s";

    private readonly NpgsqlDataSource _server;
    private readonly PostgresErrors _errors;

    /// <param name="options">Where it is.</param>
    /// <exception cref="CheckpointStoreException">They do not say where it is.</exception>
    internal PostgresDatabase(CheckpointStoreOptions options)
    {
        var connection = PostgresConnection.Read(options.Connection);
        _errors = new PostgresErrors(connection, options.PasswordVariable);
        connection.Password = options.Password;
        connection.Options = $"{OwnOptions} {connection.Options ?? Environment.GetEnvironmentVariable("PGOPTIONS")}".TrimEnd();
        _server = NpgsqlDataSource.Create(connection);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>Does work in a transaction, which is durable when the task ends.</summary>
    /// <exception cref="CheckpointStoreException">The server cannot be reached, or refuses.</exception>
    internal async Task<T> RunAsync<T>(IsolationLevel isolation, Func<SqlSession, Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await _server.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(isolation, cancellation);
            var result = await work(new PostgresSession(connection, _errors.Database, cancellation));
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
