using System.Globalization;
using Microsoft.Data.Sqlite;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Tests.Checkpoints.Worlds;
using StreamLearn.Tests.Fuzzing;

namespace StreamLearn.Actors.Tests.Checkpoints;

/// <summary>
/// A file whose columns have other values in them than were written, of other types too, which SQLite allows: whoever reads it gets what is
/// there, a line about the damage, or a <see cref="CheckpointStoreException"/>, and never anything else.
/// </summary>
public sealed class StoreFuzzTests : IAsyncLifetime, IDisposable
{
    private const string Pipeline = StoreWorld.Pipeline;
    private const int Seed = 21;
    private const int Inputs = 1500;

    private static readonly object[] Odd =
    [
        0L, -1L, 1L, 2L, 3L, 7L, int.MaxValue, int.MinValue, 99999999999L, long.MaxValue, long.MinValue, 0.5, 1e300, double.NegativeInfinity, "", "abc",
        "1", "{oops", new string('9', 400), Array.Empty<byte>(), new byte[] { 1 }, new byte[] { 0xff, 0xfe }, new byte[300],
    ];

    // Identities of rows are no values of theirs: a row of another pipeline is none of this one.
    private static readonly (string Table, string[] Columns)[] Columns =
    [
        ("streamlearn_schema", ["version"]),
        ("streamlearn_store", ["id"]),
        ("streamlearn_pipelines", ["settings"]),
        ("streamlearn_claims", ["partition", "bucket", "writer", "loaded", "written"]),
        ("streamlearn_manifests", ["generation", "last_applied", "keys", "bytes", "key_sum", "state"]),
        ("streamlearn_keys", ["key", "generation", "state"]),
        ("streamlearn_cursors", ["generation", "content"]),
    ];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("streamlearn-fuzz-");

    private string Path => System.IO.Path.Combine(_directory.FullName, "checkpoints.db");

    public async Task InitializeAsync()
    {
        await using var store = await CheckpointStores.OpenAsync(new CheckpointStoreOptions { Path = Path });
        await store.SaveSettingsAsync(Pipeline, """{ "buckets": "1" }""");
        var owner = (await store.TakePartitionAsync(Pipeline, 0)).Owner;
        var writer = (await store.TakeBucketAsync(Pipeline, StoreWorld.Bucket, owner)).Writer;
        await store.SaveBucketAsync(Pipeline, StoreWorld.Bucket, writer, Checkpoint.At(10, -1, "a=1", "b=1"));
        await store.SaveCursorAsync(Pipeline, 0, owner, Checkpoint.Cursor(0, 11, 10));
        await store.SaveBucketAsync(Pipeline, StoreWorld.Bucket, writer, Checkpoint.At(20, 10, "a=2"));
        await store.SaveCursorAsync(Pipeline, 0, owner, Checkpoint.Cursor(0, 21, 20));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Given_any_value_in_any_column_when_the_file_is_read_then_it_is_what_was_written_or_the_damage_is_told()
    {
        var mutator = new ByteMutator(Seed);
        await using var around = new SqliteConnection($"Data Source={Path};Pooling=false");
        await around.OpenAsync();
        for (var input = 0; input < Inputs; input++)
        {
            var (table, columns) = mutator.One(Columns);
            var column = mutator.One(columns);
            var value = mutator.Below(4) == 0 ? mutator.Bytes(60) : mutator.One(Odd);
            var row = mutator.Below(3);
            await using var transaction = around.BeginTransaction();
            string? changed = null;
            try
            {
                changed = await ChangeAsync(around, table, column, row, value);
            }
            catch (SqliteException)
            {
                // A value that the row cannot have: two of a key.
            }

            if (changed is not null)
            {
                await transaction.CommitAsync();
                await CheckAsync(string.Create(CultureInfo.InvariantCulture, $"input {input}: {table}.{column}, row {row}, is {Text(value)}"));
                await RestoreAsync(around, table, column, changed);
            }
        }

        await using var reader = await CheckpointStores.OpenReaderAsync(new CheckpointStoreOptions { Path = Path });
        Assert.Empty(await reader.DamageAsync(Pipeline));
    }

    private async Task CheckAsync(string input)
    {
        try
        {
            await using var reader = await CheckpointStores.OpenReaderAsync(new CheckpointStoreOptions { Path = Path });
            foreach (var read in (Func<Task>[])
                     [
                         async () => await reader.PipelinesAsync(), async () => await reader.LoadSettingsAsync(Pipeline),
                         async () => await reader.DescribeAsync(Pipeline), async () => await reader.DamageAsync(Pipeline),
                         async () => Assert.Contains(
                             Checkpoint.Text(await reader.ReadBucketAsync(Pipeline, StoreWorld.Bucket)),
                             (string[])["20: a=2 b=1", "10: a=1 b=1", "-"]),
                     ])
            {
                try
                {
                    await read();
                }
                catch (CheckpointStoreException)
                {
                }
            }
        }
        catch (CheckpointStoreException)
        {
        }
        catch (Exception other)
        {
            throw new InvalidOperationException($"{input}: {other.Message}", other);
        }
    }

    private static object Text(object value) => value is byte[] bytes ? Convert.ToHexString(bytes) : value;

    /// <returns>What brings the row back; null: there is no such row.</returns>
    private static async Task<string?> ChangeAsync(SqliteConnection connection, string table, string column, int row, object value)
    {
        await using var find = connection.CreateCommand();
        find.CommandText = $"SELECT rowid, quote({column}) FROM {table} ORDER BY rowid LIMIT 1 OFFSET {row}";
        await using var found = await find.ExecuteReaderAsync();
        if (!await found.ReadAsync())
        {
            return null;
        }

        var (id, old) = (found.GetInt64(0), found.GetString(1));
        await using var change = connection.CreateCommand();
        change.CommandText = $"UPDATE {table} SET {column} = $value WHERE rowid = {id}";
        change.Parameters.AddWithValue("$value", value);
        await change.ExecuteNonQueryAsync();
        return string.Create(CultureInfo.InvariantCulture, $"{old} WHERE rowid = {id}");
    }

    private static async Task RestoreAsync(SqliteConnection connection, string table, string column, string old)
    {
        await using var restore = connection.CreateCommand();
        restore.CommandText = $"UPDATE {table} SET {column} = {old}";
        await restore.ExecuteNonQueryAsync();
    }
}
