using System.Globalization;

namespace StreamLearn.Actors.Checkpoints.Sql;

/// <summary>The tables, and how those of an older program become them.</summary>
internal static class Schema
{
    /// <summary>The schema that this program reads and writes: as many migrations lead to it.</summary>
    internal static int Newest => Migrations.Length;

    /// <summary>
    /// Migration n leads from schema n to n + 1. What is here has been released, and is never changed. {id} and {bytes} are types that the
    /// two databases name differently.
    /// </summary>
    private static readonly string[] Migrations =
    [
        """
        CREATE TABLE streamlearn_pipelines (id {id}, name TEXT NOT NULL UNIQUE, settings TEXT);
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
    ];

    /// <summary>Brings the database to the newest schema. In a transaction that keeps others from doing the same.</summary>
    /// <param name="session">Of the transaction.</param>
    /// <param name="database">Named by errors.</param>
    /// <param name="id">Type of a number that is given to each new row.</param>
    /// <param name="bytes">Type of bytes.</param>
    /// <exception cref="CheckpointStoreException">The database has a newer one.</exception>
    internal static async Task MigrateAsync(SqlSession session, string database, string id, string bytes)
    {
        await session.ExecuteAsync("CREATE TABLE IF NOT EXISTS streamlearn_schema (version INTEGER NOT NULL)");
        var version = Convert.ToInt32(
            await session.ScalarAsync("SELECT MAX(version) FROM streamlearn_schema") ?? 0, CultureInfo.InvariantCulture);
        if (version > Newest)
        {
            throw new CheckpointStoreException(string.Create(
                CultureInfo.InvariantCulture,
                $"{database} has schema {version}; this program knows {Newest} at most. Use the program that wrote it, or a newer one."));
        }

        for (var next = version; next < Newest; next++)
        {
            await session.ExecuteAsync(
                Migrations[next].Replace("{id}", id, StringComparison.Ordinal).Replace("{bytes}", bytes, StringComparison.Ordinal));
            await session.ExecuteAsync("DELETE FROM streamlearn_schema");
            await session.ExecuteAsync("INSERT INTO streamlearn_schema (version) VALUES (@version)", ("version", next + 1));
        }
    }
}
