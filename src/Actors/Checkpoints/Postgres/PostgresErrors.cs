using System.Globalization;
using Npgsql;

namespace StreamLearn.Actors.Checkpoints.Postgres;

/// <summary>PostgreSQL's errors in words that say what to do, and which server they are about.</summary>
internal sealed class PostgresErrors(NpgsqlConnectionStringBuilder connection, string passwordVariable)
{
    /// <summary>The database, without the password.</summary>
    internal string Database { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"PostgreSQL at {connection.Host}:{connection.Port}, database {connection.Database}, user {connection.Username}");

    internal CheckpointStoreException Explain(Exception exception) => new($"{Database}: {Problem(exception)}", exception);

    private string Problem(Exception exception) => exception switch
    {
        PostgresException
        {
            SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification,
        } refusal => $"{refusal.MessageText}. The password is the value of the environment variable {passwordVariable}.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } refusal => $"{refusal.MessageText}. Make it with createdb.",
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => "the server's disk is full. Nothing was written; make room.",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refusal =>
            $"{refusal.MessageText}. The user must be allowed to make tables there.",
        NpgsqlException { Message: var message } when message.StartsWith("No password has been provided", StringComparison.Ordinal) =>
            $"the server asks for a password. It is the value of the environment variable {passwordVariable}, which is not set.",
        PostgresException refusal => $"{refusal.MessageText} ({refusal.SqlState})",
        _ => $"the server cannot be reached, or has ended the connection: {(exception.InnerException ?? exception).Message}",
    };
}
