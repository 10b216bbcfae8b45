using Microsoft.Data.Sqlite;
using StreamLearn.Actors.Checkpoints.Sql;

namespace StreamLearn.Actors.Checkpoints.Sqlite;

/// <summary>A transaction of SQLite. Its calls end before they return: SQLite knows no waiting.</summary>
internal sealed class SqliteSession(SqliteConnection connection, string path, CancellationToken cancellation)
    : SqlSession(connection, path, cancellation)
{
    /// <summary>Nothing: a transaction that writes is alone.</summary>
    internal override string Locking => "";

    internal override string Tables => "SELECT name FROM sqlite_master WHERE type = 'table'";

    internal override async Task InsertKeysAsync(long claim, long generation, IReadOnlyList<(byte[] Key, byte[]? State)> rows)
    {
        await using var command = Command(
            "INSERT INTO streamlearn_keys (claim, key, generation, state) VALUES (@claim, @key, @generation, @state)",
            ("claim", claim), ("key", Array.Empty<byte>()), ("generation", generation), ("state", DBNull.Value));
        foreach (var (key, state) in rows)
        {
            command.Parameters[1].Value = key;
            command.Parameters[3].Value = (object?)state ?? DBNull.Value;
            await command.ExecuteNonQueryAsync(Cancellation);
        }
    }
}
