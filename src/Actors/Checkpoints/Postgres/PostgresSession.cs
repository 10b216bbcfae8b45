using Npgsql;
using NpgsqlTypes;
using StreamLearn.Actors.Checkpoints.Sql;

namespace StreamLearn.Actors.Checkpoints.Postgres;

/// <summary>A transaction of PostgreSQL.</summary>
internal sealed class PostgresSession(NpgsqlConnection connection, string database, CancellationToken cancellation)
    : SqlSession(connection, database, cancellation)
{
    internal override string Locking => " FOR UPDATE OF c";

    /// <summary>Those of the schema that new ones would be made in.</summary>
    internal override string Tables => "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()";

    internal override async Task InsertKeysAsync(long claim, long generation, IReadOnlyList<(byte[] Key, byte[]? State)> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        await using var copy = await connection.BeginBinaryImportAsync(
            "COPY streamlearn_keys (claim, key, generation, state) FROM STDIN (FORMAT BINARY)", Cancellation);
        foreach (var (key, state) in rows)
        {
            await copy.StartRowAsync(Cancellation);
            await copy.WriteAsync(claim, NpgsqlDbType.Bigint, Cancellation);
            await copy.WriteAsync(key, NpgsqlDbType.Bytea, Cancellation);
            await copy.WriteAsync(generation, NpgsqlDbType.Bigint, Cancellation);
            await (state is null ? copy.WriteNullAsync(Cancellation) : copy.WriteAsync(state, NpgsqlDbType.Bytea, Cancellation));
        }

        await copy.CompleteAsync(Cancellation);
    }
}
