using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Messages;

namespace StreamLearn.Actors.Tests.Checkpoints.Worlds;

/// <summary>An empty database with a store on it, more stores as of other processes, and a way around them all, by SQL.</summary>
public sealed class StoreWorld : IAsyncDisposable
{
    /// <summary>An owner of every partition, where it is not the subject.</summary>
    public const long AnyOwner = long.MaxValue;

    public const string Pipeline = "link-load";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("streamlearn-checkpoints-");
    private readonly List<ICheckpointStore> _stores = [];
    private DbConnection? _around;

    private StoreWorld(CheckpointStoreKind kind) =>
        Options = new CheckpointStoreOptions { Kind = kind, Path = Path.Combine(_directory.FullName, "data", "checkpoints.db") };

    public static BucketId Bucket => new(0, 0);

    public CheckpointStoreOptions Options { get; private set; }

    public ICheckpointStore Store => _stores[0];

    public static async Task<StoreWorld> CreateAsync(CheckpointStoreKind kind, PostgresServer server)
    {
        var world = new StoreWorld(kind);
        if (kind == CheckpointStoreKind.Postgresql)
        {
            world.Options = await server.CreateDatabaseAsync();
        }

        await world.OpenAsync();
        return world;
    }

    /// <summary>One more store on the database.</summary>
    public async Task<ICheckpointStore> OpenAsync()
    {
        var store = await CheckpointStores.OpenAsync(Options);
        _stores.Add(store);
        return store;
    }

    /// <summary>A connection that no store knows of.</summary>
    public async Task<DbConnection> ConnectAsync()
    {
        DbConnection connection = Options.Kind == CheckpointStoreKind.Sqlite
            ? new SqliteConnection($"Data Source={Options.Path};Pooling=false")
            : new NpgsqlConnection($"{Options.Connection};Password={Options.Password};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    public async Task<int> ExecuteAsync(string sql, byte[]? content = null)
    {
        await using var command = Command(_around ??= await ConnectAsync(), sql, content);
        return await command.ExecuteNonQueryAsync();
    }

    public async Task<object?> ScalarAsync(string sql)
    {
        await using var command = Command(_around ??= await ConnectAsync(), sql, null);
        return await command.ExecuteScalarAsync();
    }

    public async Task<long> CountAsync(string table) => (long)(await ScalarAsync($"SELECT COUNT(*) FROM {table}"))!;

    public async ValueTask DisposeAsync()
    {
        await (_around?.DisposeAsync() ?? ValueTask.CompletedTask);
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }

        _directory.Delete(recursive: true);
    }

    /// <param name="connection">To be used.</param>
    /// <param name="sql">BYTES stands for the type that each database calls otherwise.</param>
    /// <param name="content">Value of @content.</param>
    private DbCommand Command(DbConnection connection, string sql, byte[]? content)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql.Replace(
            " BYTES", Options.Kind == CheckpointStoreKind.Sqlite ? " BLOB" : " BYTEA", StringComparison.Ordinal);
        if (content is not null)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "content";
            parameter.Value = content;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
