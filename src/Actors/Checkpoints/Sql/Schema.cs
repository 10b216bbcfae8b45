using System.Globalization;
using System.Security.Cryptography;

namespace StreamLearn.Actors.Checkpoints.Sql;

/// <summary>The tables, and how those of an older program become them.</summary>
internal static class Schema
{
    private const string Prefix = "streamlearn_";
    private const int IdDigits = 32;

    /// <summary>The schema that this program reads and writes: as many migrations lead to it.</summary>
    internal static int Newest => Migrations.Length;

    /// <summary>
    /// Migration n leads from schema n to n + 1. What is here has been released, and is never changed. {id} and {bytes} are types that the
    /// two databases name differently.
    /// </summary>
    private static readonly string[] Migrations =
    [
        """
        CREATE TABLE streamlearn_pipelines (id {id}, name TEXT NOT NULL UNIQUE, settings {bytes});
        CREATE TABLE streamlearn_claims (
            id {id}, pipeline BIGINT NOT NULL, partition INTEGER NOT NULL, bucket INTEGER NOT NULL,
            writer BIGINT NOT NULL, loaded BIGINT NOT NULL, written BIGINT NOT NULL, UNIQUE (pipeline, partition, bucket));
        CREATE TABLE streamlearn_manifests (
            claim BIGINT NOT NULL, generation BIGINT NOT NULL, last_applied BIGINT NOT NULL, keys BIGINT NOT NULL, bytes BIGINT NOT NULL,
            key_sum BIGINT NOT NULL, state {bytes} NOT NULL, PRIMARY KEY (claim, generation));
        CREATE TABLE streamlearn_keys (
            claim BIGINT NOT NULL, key {bytes} NOT NULL, generation BIGINT NOT NULL, state {bytes}, PRIMARY KEY (claim, key, generation));
        CREATE INDEX streamlearn_keys_by_generation ON streamlearn_keys (claim, generation, key);
        CREATE INDEX streamlearn_keys_forgotten ON streamlearn_keys (claim, generation, key) WHERE state IS NULL;
        CREATE TABLE streamlearn_cursors (
            claim BIGINT NOT NULL, generation BIGINT NOT NULL, content {bytes} NOT NULL, PRIMARY KEY (claim, generation));
        """,
        "CREATE TABLE streamlearn_store (id TEXT NOT NULL);",
        "CREATE TABLE streamlearn_paused (pipeline TEXT NOT NULL PRIMARY KEY);",
    ];

    /// <summary>Brings the database to the newest schema. In a transaction that keeps others from doing the same.</summary>
    /// <param name="session">Of the transaction.</param>
    /// <param name="id">Type of a number that is given to each new row.</param>
    /// <param name="bytes">Type of bytes.</param>
    /// <exception cref="CheckpointStoreException">The database has a newer one, or its number is damaged.</exception>
    internal static async Task MigrateAsync(SqlSession session, string id, string bytes)
    {
        var version = await VersionAsync(session);
        if (version == 0)
        {
            await session.ExecuteAsync("CREATE TABLE streamlearn_schema (version INTEGER NOT NULL)");
        }

        for (var next = version; next < Newest; next++)
        {
            await session.ExecuteAsync(
                Migrations[next].Replace("{id}", id, StringComparison.Ordinal).Replace("{bytes}", bytes, StringComparison.Ordinal));
            await session.ExecuteAsync("DELETE FROM streamlearn_schema");
            await session.ExecuteAsync("INSERT INTO streamlearn_schema (version) VALUES (@version)", ("version", next + 1));
        }

        if ((await IdsAsync(session)).Count == 0)
        {
            await session.ExecuteAsync(
                "INSERT INTO streamlearn_store (id) VALUES (@id)", ("id", RandomNumberGenerator.GetHexString(IdDigits, lowercase: true)));
        }
    }

    /// <summary>What tells the database from all others; it was drawn when it was made, or brought to the schema that has it.</summary>
    /// <exception cref="CheckpointStoreException">It is damaged.</exception>
    internal static async Task<string> IdAsync(SqlSession session)
    {
        var ids = await IdsAsync(session);
        return ids is [string id] && id.Length == IdDigits && id.All(char.IsAsciiHexDigitLower)
            ? id
            : throw new CheckpointStoreException(
                $"{session.Database}: its id is damaged: streamlearn_store has {Text(ids)}; expected one row of {IdDigits} hexadecimal digits. "
                + "Delete the rows: the next start draws another one.");
    }

    /// <summary>Refuses a database that cannot be read as it is. Changes nothing.</summary>
    /// <exception cref="CheckpointStoreException">It has none of our tables, or they have another schema.</exception>
    internal static async Task RequireNewestAsync(SqlSession session)
    {
        var version = await VersionAsync(session);
        if (version == 0)
        {
            throw Foreign(session);
        }

        if (version < Newest)
        {
            throw new CheckpointStoreException(string.Create(
                CultureInfo.InvariantCulture,
                $"{session.Database} has schema {version}; expected {Newest}. Start 'run' once, which brings it there."));
        }
    }

    /// <summary>Refuses a file of another program: one with tables, of which none is ours.</summary>
    internal static async Task RequireOursOrEmptyAsync(SqlSession session)
    {
        // One look: another process may make the tables meanwhile.
        var tables = await TablesAsync(session);
        if (tables.Count > 0 && !tables.Exists(table => table.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            throw Foreign(session);
        }
    }

    /// <summary>The number of the schema; 0: there are no tables of ours.</summary>
    /// <exception cref="CheckpointStoreException">It is newer than this program, or damaged.</exception>
    private static async Task<int> VersionAsync(SqlSession session)
    {
        var tables = (await TablesAsync(session)).Where(table => table.StartsWith(Prefix, StringComparison.Ordinal)).ToList();
        if (tables.Count == 0)
        {
            return 0;
        }

        var versions = tables.Contains(Prefix + "schema")
            ? await session.RowsAsync("SELECT version FROM streamlearn_schema", row => row.GetValue(0))
            : [];
        return versions is [long or int] && Convert.ToInt64(versions[0], CultureInfo.InvariantCulture) is > 0 and var version
            ? version <= Newest
                ? (int)version
                : throw new CheckpointStoreException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{session.Database} has schema {version}; this program knows {Newest} at most. "
                    + $"Use the program that wrote it, or a newer one."))
            : throw new CheckpointStoreException(string.Create(
                CultureInfo.InvariantCulture,
                $"{session.Database}: the number of its schema is damaged: streamlearn_schema has {Text(versions)}; "
                + $"expected one row from 1 to {Newest}. Restore a backup, or move the database away to start without checkpoints."));
    }

    private static Task<List<object>> IdsAsync(SqlSession session) => session.RowsAsync("SELECT id FROM streamlearn_store", row => row.GetValue(0));

    private static Task<List<string>> TablesAsync(SqlSession session) => session.RowsAsync(session.Tables, row => row.GetString(0));

    private static CheckpointStoreException Foreign(SqlSession session) => new(
        $"{session.Database} is not a checkpoint store of StreamLearn: it has no table streamlearn_schema. "
        + "Expected one that 'run' has made; nothing was changed.");

    private static string Text(List<object> versions) => versions.Count == 0
        ? "no row"
        : string.Join(", ", versions.Select(version => string.Create(CultureInfo.InvariantCulture, $"'{version}'")));
}
