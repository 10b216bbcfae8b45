using Npgsql;

namespace StreamLearn.Actors.Checkpoints.Postgres;

/// <summary>A connection string as a configuration has it: Npgsql's, without a secret.</summary>
public static class PostgresConnection
{
    /// <summary>Whether a password stands in it, which it must not.</summary>
    /// <exception cref="CheckpointStoreException">It is no connection string. The message repeats nothing of it.</exception>
    public static bool HasSecret(string connection) => Parse(connection) is { Password: not null } or { SslPassword: not null };

    /// <summary>Whether it says where the server is.</summary>
    /// <inheritdoc cref="HasSecret"/>
    public static bool HasHost(string connection) => !string.IsNullOrWhiteSpace(Parse(connection).Host);

    /// <summary>A connection to a server.</summary>
    /// <exception cref="CheckpointStoreException">It is none.</exception>
    internal static NpgsqlConnectionStringBuilder Read(string connection) => HasHost(connection) ? Parse(connection) : throw Refusal();

    private static NpgsqlConnectionStringBuilder Parse(string connection)
    {
        try
        {
            var read = new NpgsqlConnectionStringBuilder(connection);
            read.ApplicationName ??= "streamlearn";
            return read;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException
            or OverflowException)
        {
            // Neither the text nor Npgsql's message, which may quote it: there may be a password in it.
            throw Refusal();
        }
    }

    private static CheckpointStoreException Refusal() => new(
        "The connection to PostgreSQL cannot be read; expected e.g. Host=localhost;Database=streamlearn;Username=streamlearn.");
}
