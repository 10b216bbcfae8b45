using System.Data;
using StreamLearn.Actors.Checkpoints.Sql;

namespace StreamLearn.Actors.Checkpoints.Postgres;

/// <summary>Looks into a checkpoint store on a server, in transactions that the server lets nothing be written in.</summary>
internal sealed class PostgresCheckpointReader : SqlCheckpointReader
{
    private readonly PostgresDatabase _database;

    private PostgresCheckpointReader(PostgresDatabase database) => _database = database;

    /// <inheritdoc cref="CheckpointStores.OpenReaderAsync"/>
    internal static async Task<ICheckpointReader> OpenAsync(CheckpointStoreOptions options, CancellationToken cancellation = default)
    {
        var reader = new PostgresCheckpointReader(new PostgresDatabase(options));
        try
        {
            return await reader.ReadAsync(
                async session =>
                {
                    await Schema.RequireNewestAsync(session);
                    return reader;
                },
                cancellation);
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }

    public override ValueTask DisposeAsync() => _database.DisposeAsync();

    protected override Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation) => _database.RunAsync(
        IsolationLevel.RepeatableRead,
        async session =>
        {
            await session.ExecuteAsync("SET TRANSACTION READ ONLY");
            return await work(session);
        },
        cancellation);
}
