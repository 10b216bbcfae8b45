using Microsoft.Data.Sqlite;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Checkpoints.Sqlite;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Tests.Checkpoints.Worlds;

namespace StreamLearn.Actors.Tests.Checkpoints;

/// <summary>What is special about the store in a file.</summary>
public sealed class SqliteStoreTests : IDisposable
{
    private const string Pipeline = StoreWorld.Pipeline;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("streamlearn-sqlite-");

    private string Path => System.IO.Path.Combine(_directory.FullName, "checkpoints.db");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Given_directories_that_are_missing_when_a_store_is_opened_then_they_are_made()
    {
        var path = System.IO.Path.Combine(_directory.FullName, "a", "b", "c.db");

        await using (await SqliteCheckpointStore.OpenAsync(path))
        {
        }

        Assert.True(File.Exists(path));
        Assert.False(File.Exists(path + "-wal"), "The log is left although nobody has the file.");
    }

    [Fact]
    public async Task Given_a_directory_or_another_file_in_its_place_when_a_store_is_opened_then_the_message_says_so()
    {
        await File.WriteAllTextAsync(Path, new string('x', 5000));

        Assert.Equal(
            $"{_directory.FullName} is a directory; expected the name of a file for the checkpoints.",
            await RefusalAsync(_directory.FullName));
        Assert.Equal($"{Path}: this file is no SQLite database. Name another file, or move this one away.", await RefusalAsync(Path));
        Assert.StartsWith($"{Path}/c.db: the directory cannot be made: ", await RefusalAsync(Path + "/c.db"), StringComparison.Ordinal);
        Assert.Equal(new string('x', 5000), await File.ReadAllTextAsync(Path));
    }

    [Theory]
    [InlineData(8, "the database cannot be written. The process needs the right to write the file and its directory.")]
    [InlineData(14, "the database cannot be opened. The process needs the right to read and write the file and its directory.")]
    [InlineData(11, "the database is damaged. Restore the file from a backup, or move it away to start without checkpoints.")]
    [InlineData(5, "another process keeps the database locked. Nothing was written; try again.")]
    [InlineData(10, "the disk cannot be read or written (SQLite's code 266).")]
    [InlineData(
        522, "the file ends too early: it is truncated or damaged. Restore it from a backup, or move it away to start without checkpoints.")]
    public void Given_an_error_of_sqlite_when_it_is_explained_then_the_message_says_what_to_do(int code, string message) =>
        Assert.Equal(
            $"data/c.db: {message}", SqliteErrors.Explain("data/c.db", new SqliteException("?", code & 0xff, code == 10 ? 266 : code)).Message);

    [Fact]
    public async Task Given_a_disk_that_is_full_when_a_bucket_is_saved_then_it_fails_alone_and_the_store_goes_on()
    {
        await using var store = await SqliteCheckpointStore.OpenAsync(Path, maxPages: 40, CancellationToken.None);
        var bucket = StoreWorld.Bucket;
        var writer = (await store.TakeBucketAsync(Pipeline, bucket, StoreWorld.AnyOwner)).Writer;
        await store.SaveBucketAsync(Pipeline, bucket, writer, Checkpoint.At(10, -1, "a=1"));

        var failure = await Assert.ThrowsAsync<CheckpointStoreException>(
            () => store.SaveBucketAsync(Pipeline, bucket, writer, new BucketCheckpoint(20, 10, new byte[2_000_000], [])).AsTask());

        Assert.Equal($"{Path}: the disk is full. Nothing was written; make room.", failure.Message);
        Assert.Equal("10: a=1", Checkpoint.Text(await store.ReadBucketAsync(Pipeline, bucket)));
        await store.SaveBucketAsync(Pipeline, bucket, writer, Checkpoint.At(20, 10, "a=2"));
        Assert.Equal("20: a=2", Checkpoint.Text(await store.ReadBucketAsync(Pipeline, bucket)));
    }

    [Fact]
    public async Task Given_saves_that_wait_for_another_process_when_they_are_written_then_few_transactions_do_and_a_stale_one_fails_alone()
    {
        await using var opened = await SqliteCheckpointStore.OpenAsync(Path);
        var store = (SqliteCheckpointStore)opened;
        var buckets = Enumerable.Range(0, 30).Select(i => new BucketId(0, i)).ToList();
        foreach (var bucket in buckets)
        {
            await store.TakeBucketAsync(Pipeline, bucket, StoreWorld.AnyOwner);
        }

        await using var other = new SqliteConnection($"Data Source={Path};Pooling=false");
        await other.OpenAsync();
        var before = store.Transactions;
        List<Task> saves;
        await using (var transaction = other.BeginTransaction(deferred: false))
        {
            saves = [.. buckets.Select(
                bucket => store.SaveBucketAsync(Pipeline, bucket, bucket.Bucket == 7 ? 9 : 1, Checkpoint.At(1, -1, "a=1")).AsTask())];
            Assert.Equal(0, saves.Count(save => save.IsCompleted));
            await transaction.RollbackAsync();
        }

        await Assert.ThrowsAsync<StaleWriterException>(() => saves[7]);
        await Task.WhenAll(saves.Where((_, i) => i != 7));

        Assert.InRange(store.Transactions - before, 1, 3);
        foreach (var bucket in buckets)
        {
            Assert.Equal(bucket.Bucket == 7 ? "-" : "1: a=1", Checkpoint.Text(await store.ReadBucketAsync(Pipeline, bucket)));
        }
    }

    [Fact]
    public async Task Given_a_store_that_is_closed_when_it_is_used_then_it_says_so()
    {
        var store = await SqliteCheckpointStore.OpenAsync(Path);
        await store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.SaveSettingsAsync(Pipeline, "x").AsTask());
    }

    [Fact]
    public async Task Given_a_store_when_it_is_open_then_its_log_is_written_ahead()
    {
        await using var store = await SqliteCheckpointStore.OpenAsync(Path);
        await using var connection = new SqliteConnection($"Data Source={Path};Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode";

        Assert.Equal("wal", await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Given_a_file_of_another_program_when_it_is_opened_then_it_is_refused_and_stays_as_it_is()
    {
        await ExecuteAsync("CREATE TABLE photos (name TEXT); INSERT INTO photos VALUES ('a')");
        var before = await File.ReadAllBytesAsync(Path);

        foreach (var refusal in new[] { await RefusalAsync(Path), await ReaderRefusalAsync(Path) })
        {
            Assert.Equal(
                $"{Path} is not a checkpoint store of StreamLearn: it has no table streamlearn_schema. Expected one that 'run' has made; "
                + "nothing was changed.",
                refusal);
        }

        Assert.Equal(before, await File.ReadAllBytesAsync(Path));
        Assert.Equal([Path], Directory.GetFileSystemEntries(_directory.FullName));
    }

    [Fact]
    public async Task Given_an_empty_file_or_none_when_it_is_looked_into_then_it_is_refused_and_nothing_is_made()
    {
        Assert.Equal($"{Path} is not there, or is no file; expected a checkpoint store as 'run' makes it.", await ReaderRefusalAsync(Path));
        Assert.Empty(Directory.GetFileSystemEntries(_directory.FullName));

        await File.WriteAllBytesAsync(Path, []);
        Assert.Contains("is not a checkpoint store of StreamLearn", await ReaderRefusalAsync(Path), StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(Path).Length);

        await using (await SqliteCheckpointStore.OpenAsync(Path))
        {
        }

        await using var reader = await SqliteCheckpointReader.OpenAsync(Path);
        Assert.Empty(await reader.PipelinesAsync());
    }

    [Fact]
    public async Task Given_a_store_that_nobody_has_open_when_it_is_looked_into_then_not_a_byte_of_it_changes()
    {
        await using (var store = await SqliteCheckpointStore.OpenAsync(Path))
        {
            await store.SaveSettingsAsync(Pipeline, "x");
        }

        var before = await File.ReadAllBytesAsync(Path);
        await using (var reader = await SqliteCheckpointReader.OpenAsync(Path))
        {
            Assert.Equal("x", await reader.LoadSettingsAsync(Pipeline));
        }

        Assert.Equal(before, await File.ReadAllBytesAsync(Path));
    }

    [Theory]
    [InlineData(5000)]
    [InlineData(20000)]
    public async Task Given_a_file_that_is_cut_short_when_it_is_opened_then_the_message_says_that_it_is_damaged(int missing)
    {
        await using (var store = await SqliteCheckpointStore.OpenAsync(Path))
        {
            var writer = (await store.TakeBucketAsync(Pipeline, StoreWorld.Bucket, StoreWorld.AnyOwner)).Writer;
            await store.SaveBucketAsync(Pipeline, StoreWorld.Bucket, writer, new BucketCheckpoint(20, 10, new byte[100_000], []));
        }

        await using (var file = File.OpenWrite(Path))
        {
            file.SetLength(file.Length - missing);
        }

        foreach (var refusal in new[] { await RefusalOfUseAsync(), await ReaderRefusalOfUseAsync() })
        {
            Assert.Matches("the file ends too early: it is truncated or damaged|the database is damaged", refusal);
        }
    }

    private async Task<string> RefusalOfUseAsync() => (await Assert.ThrowsAsync<CheckpointStoreException>(async () =>
    {
        await using var store = await SqliteCheckpointStore.OpenAsync(Path);
        await store.DamageAsync(Pipeline);
    })).Message;

    private async Task<string> ReaderRefusalOfUseAsync() => (await Assert.ThrowsAsync<CheckpointStoreException>(async () =>
    {
        await using var reader = await SqliteCheckpointReader.OpenAsync(Path);
        await reader.DamageAsync(Pipeline);
    })).Message;

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path};Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> ReaderRefusalAsync(string path) =>
        (await Assert.ThrowsAsync<CheckpointStoreException>(() => SqliteCheckpointReader.OpenAsync(path))).Message;

    private static async Task<string> RefusalAsync(string path) =>
        (await Assert.ThrowsAsync<CheckpointStoreException>(() => SqliteCheckpointStore.OpenAsync(path))).Message;
}
