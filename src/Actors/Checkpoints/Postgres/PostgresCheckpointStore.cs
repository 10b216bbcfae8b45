using System.Data;
using StreamLearn.Actors.Checkpoints.Sql;

namespace StreamLearn.Actors.Checkpoints.Postgres;

/// <summary>
/// A checkpoint store on a PostgreSQL server, which a cluster shares. A claim's row is locked for as long as its bucket is written.
/// </summary>
internal sealed class PostgresCheckpointStore : SqlCheckpointStore
{
    /// <summary>Names the lock that keeps two programs from making the tables at once: any number that nobody else has.</summary>
    private const long MigrationLock = 7301_0001;

    private readonly PostgresDatabase _database;

    private PostgresCheckpointStore(PostgresDatabase database) => _database = database;

    /// <inheritdoc cref="CheckpointStores.OpenAsync"/>
    internal static async Task<ICheckpointStore> OpenAsync(CheckpointStoreOptions options, CancellationToken cancellation = default)
    {
        var store = new PostgresCheckpointStore(new PostgresDatabase(options));
        try
        {
            await store.WriteAsync(
                async session =>
                {
                    await session.ScalarAsync("SELECT pg_advisory_xact_lock(@lock)", ("lock", MigrationLock));
                    await Schema.MigrateAsync(session, "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "BYTEA");
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

    public override ValueTask DisposeAsync() => _database.DisposeAsync();

    protected override Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation) =>
        _database.RunAsync(IsolationLevel.ReadCommitted, work, cancellation);

    protected override Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation) =>
        _database.RunAsync(IsolationLevel.RepeatableRead, work, cancellation);
}
