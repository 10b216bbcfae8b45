using System.Text;
using Microsoft.Data.Sqlite;
using Npgsql;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Checkpoints.Sql;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Tests.Checkpoints.Worlds;

namespace StreamLearn.Actors.Tests.Checkpoints.Golden;

/// <summary>That databases of every schema that ever was can be read.</summary>
[Collection(SharedPostgres.Name)]
public sealed class GoldenTests(PostgresServer server) : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("streamlearn-golden-");

    private static bool Writing => Environment.GetEnvironmentVariable("STREAMLEARN_GOLDEN") is not null;

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Given_a_file_of_each_schema_when_it_is_opened_then_everything_is_read()
    {
        if (Writing)
        {
            await WriteSqliteAsync(GoldenFile($"schema-{Schema.Newest}.db"));
        }

        for (var schema = 1; schema <= Schema.Newest; schema++)
        {
            var copy = Path.Combine(_directory.FullName, $"copy-{schema}.db");
            File.Copy(GoldenFile($"schema-{schema}.db"), copy);

            await CheckAsync(new CheckpointStoreOptions { Path = copy });
        }
    }

    [PostgresFact]
    public async Task Given_a_script_of_each_schema_when_it_is_restored_then_everything_is_read()
    {
        if (Writing)
        {
            var written = await server.CreateDatabaseAsync();
            await using (var store = await CheckpointStores.OpenAsync(written))
            {
                await GoldenPipeline.WriteAsync(store);
            }

            // Lines that only psql understands are left out.
            var script = (await server.DumpAsync(written)).Split('\n').Where(line => !line.StartsWith('\\'));
            await File.WriteAllTextAsync(GoldenFile($"schema-{Schema.Newest}.sql"), string.Join('\n', script));
        }

        for (var schema = 1; schema <= Schema.Newest; schema++)
        {
            var options = await server.CreateDatabaseAsync();
            await using (var connection = new NpgsqlConnection($"{options.Connection};Password={options.Password};Pooling=false"))
            {
                await connection.OpenAsync();
                await using var command = new NpgsqlCommand(await File.ReadAllTextAsync(GoldenFile($"schema-{schema}.sql")), connection);
                await command.ExecuteNonQueryAsync();
            }

            await CheckAsync(options);
        }
    }

    private static async Task CheckAsync(CheckpointStoreOptions options)
    {
        await using var store = await CheckpointStores.OpenAsync(options);

        Assert.Matches("^[0-9a-f]{32}$", await store.StoreIdAsync());
        var described = (await store.DescribeAsync(GoldenPipeline.Name))!;
        Assert.Equal([GoldenPipeline.Name], await store.PipelinesAsync());
        Assert.Equal(GoldenPipeline.Settings, described.Settings);
        Assert.Equal(
            [new StoredManifest(new BucketId(0, 0), 2, 20, 2, 200, 2), new StoredManifest(new BucketId(0, 1), 1, 12, 1, 100, 1)],
            described.Buckets);
        Assert.Equal(Checkpoint.Text(GoldenPipeline.Cursor(21, 20, 12)), Checkpoint.Text(Assert.Single(described.Cursors)));

        await CheckAsync(store, new BucketId(0, 0), 20, GoldenPipeline.Key("a", 2), GoldenPipeline.Key("ä", 1));
        await CheckAsync(store, new BucketId(0, 1), 12, GoldenPipeline.Key("c", 1));

        var back = Assert.Single(await store.RollbackAsync(GoldenPipeline.Name));
        Assert.Equal(Checkpoint.Text(GoldenPipeline.Cursor(13, 10, 12)), Checkpoint.Text(back));
        await CheckAsync(
            store, new BucketId(0, 0), 10, GoldenPipeline.Key("a", 1), GoldenPipeline.Key("b", 1), GoldenPipeline.Key("ä", 1));
        Assert.Equal(GoldenPipeline.Writers + 2, (await store.TakePartitionAsync(GoldenPipeline.Name, 0)).Owner);
    }

    private static async Task CheckAsync(ICheckpointStore store, BucketId bucket, long lastApplied, params KeyState[] keys)
    {
        var read = (await store.ReadBucketAsync(GoldenPipeline.Name, bucket))!;

        Assert.Equal(lastApplied, read.LastApplied);
        Assert.Equal(GoldenPipeline.State(lastApplied), read.State);
        Assert.Equal(keys.Select(Text), read.Keys.Select(Text));

        static string Text(KeyState key) => $"{Encoding.UTF8.GetString(key.Key)}={Convert.ToHexString(key.State!)}";
    }

    private async Task WriteSqliteAsync(string path)
    {
        var whole = Path.Combine(_directory.FullName, "whole.db");
        await using (var store = await CheckpointStores.OpenAsync(new CheckpointStoreOptions { Path = whole }))
        {
            await GoldenPipeline.WriteAsync(store);
        }

        // Small pages make a small file.
        File.Delete(path);
        await using var connection = new SqliteConnection($"Data Source={whole};Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM INTO '{path}'";
        await command.ExecuteNonQueryAsync();
    }

    private static string GoldenFile(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "StreamLearn.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"No StreamLearn.sln above {AppContext.BaseDirectory}.");
        }

        return Path.Combine(folder.FullName, "tests", "Actors.Tests", "Checkpoints", "Golden", name);
    }
}
