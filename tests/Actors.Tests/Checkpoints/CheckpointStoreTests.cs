using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Tests.Checkpoints.Worlds;

namespace StreamLearn.Actors.Tests.Checkpoints;

/// <summary>What every checkpoint store does.</summary>
[Collection(SharedPostgres.Name)]
public sealed class CheckpointStoreTests(PostgresServer server)
{
    private const string Pipeline = StoreWorld.Pipeline;

    private static readonly BucketId Bucket = StoreWorld.Bucket;

    [Theory, Sqlite, Postgres]
    public async Task Given_an_empty_store_when_it_is_read_then_there_is_nothing_and_writers_have_numbers(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);

        var first = await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner);
        var second = await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner);
        var partition = await world.Store.TakePartitionAsync(Pipeline, 0);

        Assert.Equal((1, 2, 1), (first.Writer, second.Writer, partition.Owner));
        Assert.Null(first.Stored);
        Assert.Null(partition.Cursor);
        Assert.Empty(first.Damage);
        Assert.Empty(partition.Damage);
        Assert.Null(await world.Store.ReadBucketAsync(Pipeline, Bucket));
        Assert.Null(await world.Store.ReadBucketAsync("other", Bucket));
        Assert.Null(await world.Store.LoadSettingsAsync(Pipeline));
        Assert.Null(await world.Store.DescribeAsync(Pipeline));
        Assert.Empty(await world.Store.PipelinesAsync());
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_pipelines_that_are_paused_when_others_look_then_they_see_it_and_nothing_but_the_word_to_go_on_ends_it(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        var other = await world.OpenAsync();
        Assert.Empty(await other.PausedAsync());

        await world.Store.SetPausedAsync(Pipeline, true);
        await world.Store.SetPausedAsync("another", true);
        await other.SetPausedAsync(Pipeline, true);
        await world.Store.ReplaceAsync(Pipeline, "{}", []);

        Assert.Equal(["another", Pipeline], await other.PausedAsync());
        Assert.Equal([Pipeline], await other.PipelinesAsync());
        await using (var reader = await CheckpointStores.OpenReaderAsync(world.Options))
        {
            Assert.Equal(["another", Pipeline], await reader.PausedAsync());
        }

        await other.SetPausedAsync(Pipeline, false);
        await other.SetPausedAsync(Pipeline, false);
        Assert.Equal(["another"], await world.Store.PausedAsync());
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_a_saved_bucket_when_another_process_takes_it_then_it_gets_every_byte_in_the_order_of_the_keys(
        CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        var large = new byte[300_000];
        new Random(1).NextBytes(large);
        KeyState[] keys =
            [new([0xff, 0x00], [1]), new("ä"u8.ToArray(), []), new(new byte[1024], large), new([0x7f], [0]), new([], [2])];
        var writer = (await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner)).Writer;
        await world.Store.SaveBucketAsync(Pipeline, Bucket, writer, new BucketCheckpoint(7, -1, large, keys));

        var taken = await (await world.OpenAsync()).TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner);

        Assert.Equal(2, taken.Writer);
        Assert.Equal((1, 7), (taken.Stored!.Generation, taken.Stored.LastApplied));
        Assert.Equal(large, taken.Stored.State);
        Assert.Equal(
            keys.OrderBy(key => Convert.ToHexString(key.Key), StringComparer.Ordinal)
                .Select(key => (Convert.ToHexString(key.Key), Convert.ToHexString(key.State!))),
            taken.Stored.Keys.Select(key => (Convert.ToHexString(key.Key), Convert.ToHexString(key.State!))));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_changes_of_few_keys_when_they_are_saved_then_the_others_stay_and_no_row_of_them_is_written(
        CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        var writer = await SaveAsync(
            world, Checkpoint.At(10, -1, "a=1", "b=1", "c=1"), Checkpoint.At(20, 10, "b=2"), Checkpoint.At(30, 20, "d=3"));

        Assert.Equal("30: a=1 b=2 c=1 d=3", Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, Bucket)));
        Assert.Equal(5, await world.CountAsync("streamlearn_keys"));

        await world.Store.SaveBucketAsync(Pipeline, Bucket, writer, Checkpoint.At(40, 30));
        Assert.Equal("40: a=1 b=2 c=1 d=3", Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, Bucket)));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_keys_of_several_generations_when_some_are_read_then_they_are_those_that_the_writer_has_written_last(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        var many = Enumerable.Range(0, 450).Select(i => $"m{i}={i}").ToArray();
        var writer = await SaveAsync(
            world, Checkpoint.At(10, -1, ["a=1", "b=1", "c=1", .. many]), Checkpoint.At(20, 10, "b=2"), Checkpoint.At(30, 20, "b=3", "c"));

        Assert.Equal(["3", "1"], await KeysAsync("b", "a"));
        Assert.Empty(await KeysAsync());
        var all = many.Select(key => key.Split('=')).ToArray();
        Assert.Equal(all.Select(key => key[1]), await KeysAsync([.. all.Select(key => key[0])]));
        foreach (var gone in (string[])["c", "never-there"])
        {
            var missing = await Assert.ThrowsAsync<DamagedStateException>(() => KeysAsync("a", gone));
            Assert.Contains(" is missing", missing.Message, StringComparison.Ordinal);
        }

        await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner);
        await Assert.ThrowsAsync<StaleWriterException>(() => KeysAsync("a"));

        async Task<IEnumerable<string>> KeysAsync(params string[] keys) =>
            (await world.Store.ReadKeysAsync(Pipeline, Bucket, writer, [.. keys.Select(key => System.Text.Encoding.UTF8.GetBytes(key))]))
                .Select(state => System.Text.Encoding.UTF8.GetString(state));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_a_forgotten_key_when_no_generation_that_is_kept_has_it_then_its_rows_are_gone(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        var writer = await SaveAsync(world, Checkpoint.At(10, -1, "a=1", "b=1"), Checkpoint.At(20, 10, "b", "never-there"));
        Assert.Equal("20: a=1", Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, Bucket)));
        Assert.Equal(4, await world.CountAsync("streamlearn_keys"));

        await world.Store.SaveBucketAsync(Pipeline, Bucket, writer, Checkpoint.At(30, 20));
        Assert.Equal(1, await world.CountAsync("streamlearn_keys"));

        await world.Store.SaveBucketAsync(Pipeline, Bucket, writer, Checkpoint.At(40, 30, "b=4"));
        await world.Store.SaveBucketAsync(Pipeline, Bucket, writer, Checkpoint.At(50, 30, "b"));
        await world.Store.SaveBucketAsync(Pipeline, Bucket, writer, Checkpoint.At(60, 30, "b=6"));
        Assert.Equal("60: a=1 b=6", Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, Bucket)));

        // Of b those of 40, the first after the older cursor, and of 60.
        Assert.Equal(3, await world.CountAsync("streamlearn_keys"));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_saves_that_no_cursor_followed_when_they_are_saved_then_the_newest_covered_generation_and_the_first_after_it_stay(
        CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        await SaveAsync(
            world, Checkpoint.At(10, -1, "a=1"), Checkpoint.At(20, 10, "a=2"), Checkpoint.At(30, 10, "a=3"), Checkpoint.At(40, 10, "a=4"));

        Assert.Equal([10L, 20L, 40L], await LastAppliedAsync(world));
        Assert.Equal(3, await world.CountAsync("streamlearn_keys"));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_no_covered_generation_when_one_is_saved_then_the_first_of_all_stays(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        await SaveAsync(world, Checkpoint.At(10, -1, "a=1", "b=1"), Checkpoint.At(20, -1, "a=2", "b"), Checkpoint.At(30, 5, "c=3"));

        Assert.Equal([10L, 30L], await LastAppliedAsync(world));
        Assert.Equal("30: a=2 c=3", Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, Bucket)));
        Assert.Equal(5, await world.CountAsync("streamlearn_keys"));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_a_save_that_covers_nothing_new_when_it_is_saved_then_it_takes_the_place_of_the_newest(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        var writer = await SaveAsync(
            world, Checkpoint.At(10, -1, "a=1"), Checkpoint.At(20, 10, "a=2"), Checkpoint.At(20, 10, "a=2"), Checkpoint.At(20, 10));
        Assert.Equal([10L, 20L, 20L], await LastAppliedAsync(world));
        Assert.Equal("20: a=2", Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, Bucket)));

        await world.Store.SaveBucketAsync(Pipeline, Bucket, writer, Checkpoint.At(20, 20));
        Assert.Equal([20L, 20L], await LastAppliedAsync(world));
        Assert.Equal("20: a=2", Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, Bucket)));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_two_writers_when_the_first_saves_then_it_is_refused_and_nothing_is_written(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        var other = await world.OpenAsync();
        var stale = await SaveAsync(world, Checkpoint.At(10, -1, "a=1"));
        var owner = (await world.Store.TakePartitionAsync(Pipeline, 0)).Owner;
        var writer = (await other.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner)).Writer;
        await other.TakePartitionAsync(Pipeline, 0);

        var refusal = await Assert.ThrowsAsync<StaleWriterException>(
            () => world.Store.SaveBucketAsync(Pipeline, Bucket, stale, Checkpoint.At(20, -1, "a=2", "b=2")).AsTask());
        await Assert.ThrowsAsync<StaleWriterException>(
            () => world.Store.SaveCursorAsync(Pipeline, 0, owner, Checkpoint.Cursor(0, 11, 10)).AsTask());
        await Assert.ThrowsAsync<StaleWriterException>(
            () => world.Store.SaveBucketAsync("never-taken", Bucket, 1, Checkpoint.At(20, -1)).AsTask());

        Assert.Equal("pipeline 'link-load', bucket 0-0: writer 1 no longer has it, writer 2 does. Nothing was written.", refusal.Message);
        Assert.Equal("10: a=1", Checkpoint.Text(await other.ReadBucketAsync(Pipeline, Bucket)));
        Assert.Equal(1, await world.CountAsync("streamlearn_keys"));
        await other.SaveBucketAsync(Pipeline, Bucket, writer, Checkpoint.At(20, -1, "a=2"));
        Assert.Equal("20: a=2", Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, Bucket)));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_many_who_take_a_bucket_at_once_when_all_save_then_one_succeeds(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        var stores = new[] { world.Store, await world.OpenAsync(), await world.OpenAsync() };

        var taken = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(i => Task.Run(() => stores[i % 3].TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner).AsTask())));
        var saves = await Task.WhenAll(taken.Select((bucket, i) => Task.Run(() => Record.ExceptionAsync(
            () => stores[i % 3].SaveBucketAsync(
                Pipeline, Bucket, bucket.Writer, Checkpoint.At(bucket.Writer, -1, $"a={bucket.Writer}")).AsTask()))));

        Assert.Equal(Enumerable.Range(1, 12).Select(i => (long)i), taken.Select(bucket => bucket.Writer).Order());
        Assert.Equal(11, saves.Count(failure => failure is StaleWriterException));
        Assert.Equal("12: a=12", Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, Bucket)));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_many_buckets_of_two_processes_when_they_save_at_once_then_each_has_its_own(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        var stores = new[] { world.Store, await world.OpenAsync() };

        await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(async () =>
        {
            var (store, bucket) = (stores[i % 2], new BucketId(i % 3, i));
            var writer = (await store.TakeBucketAsync(Pipeline, bucket, StoreWorld.AnyOwner)).Writer;
            for (var save = 1; save <= 5; save++)
            {
                await store.SaveBucketAsync(Pipeline, bucket, writer, Checkpoint.At(save, save - 1, $"a={save}", $"b{save}={i}"));
            }
        })));

        for (var i = 0; i < 24; i++)
        {
            Assert.Equal(
                $"5: a=5 b1={i} b2={i} b3={i} b4={i} b5={i}",
                Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, new BucketId(i % 3, i))));
        }

        Assert.Equal(24, (await world.Store.DescribeAsync(Pipeline))!.Buckets.Count);
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_somebody_in_the_middle_of_writing_when_others_read_then_they_get_what_was_there_before(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        await SaveAsync(world, Checkpoint.At(10, -1, "a=1"));
        await using var connection = await world.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "UPDATE streamlearn_claims SET writer = 9; DELETE FROM streamlearn_keys; DELETE FROM streamlearn_manifests;";
        await command.ExecuteNonQueryAsync();

        Assert.Equal("10: a=1", Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, Bucket)));
        Assert.Single((await world.Store.DescribeAsync(Pipeline))!.Buckets);
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_saved_cursors_when_a_partition_is_taken_then_it_gets_the_newest_and_two_are_kept(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        var owner = (await world.Store.TakePartitionAsync(Pipeline, 3)).Owner;
        foreach (var next in new[] { 10, 20, 30 })
        {
            await world.Store.SaveCursorAsync(Pipeline, 3, owner, Checkpoint.Cursor(3, next, next - 1, -1));
        }

        var taken = await world.Store.TakePartitionAsync(Pipeline, 3);

        Assert.Equal(2, taken.Owner);
        Assert.Equal("3: 0, 30 [29 -1] 30", Checkpoint.Text(taken.Cursor));
        Assert.Equal(TimeSpan.Zero, taken.Cursor!.Saved.Offset);
        Assert.Equal(2, await world.CountAsync("streamlearn_cursors"));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_settings_when_they_are_saved_again_then_the_last_count(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        await world.Store.SaveSettingsAsync(Pipeline, "{ buckets = 4 }");
        await world.Store.SaveSettingsAsync(Pipeline, "{ buckets = 8, name = \"ä'\" }");
        await world.Store.SaveSettingsAsync("another", "");

        Assert.Equal("{ buckets = 8, name = \"ä'\" }", await world.Store.LoadSettingsAsync(Pipeline));
        Assert.Equal(["another", Pipeline], await world.Store.PipelinesAsync());
        Assert.Equal(
            ("another", ""), ((await world.Store.DescribeAsync("another"))!.Name, (await world.Store.DescribeAsync("another"))!.Settings));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_a_pipeline_when_it_is_described_then_there_are_its_cursors_and_manifests_in_order(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        await SaveAsync(world, new BucketId(1, 0), Checkpoint.At(7, -1, "z=123456789"));
        await SaveAsync(world, new BucketId(0, 2), Checkpoint.At(10, -1, "a=123", "b=1", "c="), Checkpoint.At(20, 10, "a=1234", "b"));
        await SaveCursorsAsync(world, 1, Checkpoint.Cursor(1, 8, 7));
        await SaveCursorsAsync(world, 0, Checkpoint.Cursor(0, 11, -1, -1, 10), Checkpoint.Cursor(0, 21, -1, -1, 20));

        var described = (await world.Store.DescribeAsync(Pipeline))!;

        Assert.Equal((Pipeline, null), (described.Name, described.Settings));
        Assert.Equal(["0: 0, 21 [-1 -1 20] 21", "1: 0, 8 [7] 8"], described.Cursors.Select(Checkpoint.Text));
        Assert.Equal(
            [new StoredManifest(new BucketId(0, 2), 2, 20, 2, 4, 2), new StoredManifest(new BucketId(1, 0), 1, 7, 1, 9, 1)], described.Buckets);
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_two_cursors_when_the_pipeline_goes_back_then_every_bucket_has_what_the_older_covers(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        var touched = await SaveAsync(
            world, new BucketId(0, 0), Checkpoint.At(10, -1, "a=1", "b=1"), Checkpoint.At(20, 10, "a=2", "b", "c=2"));
        await SaveAsync(world, new BucketId(0, 1), Checkpoint.At(9, -1, "d=1"));
        await SaveAsync(world, new BucketId(0, 2), Checkpoint.At(19, -1, "e=2"));
        await SaveAsync(world, new BucketId(0, 9), Checkpoint.At(5, -1, "f=2"));
        var owner = await SaveCursorsAsync(world, 0, Checkpoint.Cursor(0, 11, 10, 9, -1), Checkpoint.Cursor(0, 21, 20, 9, 19));

        var cursors = await world.Store.RollbackAsync(Pipeline);

        Assert.Equal(["0: 0, 11 [10 9 -1] 11"], cursors.Select(Checkpoint.Text));
        await Assert.ThrowsAsync<StaleWriterException>(
            () => world.Store.SaveBucketAsync(Pipeline, new BucketId(0, 0), touched, Checkpoint.At(30, 20)).AsTask());
        await Assert.ThrowsAsync<StaleWriterException>(
            () => world.Store.SaveCursorAsync(Pipeline, 0, owner, Checkpoint.Cursor(0, 31)).AsTask());
        var taken = await world.Store.TakeBucketAsync(Pipeline, new BucketId(0, 0), StoreWorld.AnyOwner);
        Assert.Equal("10: a=1 b=1", Checkpoint.Text(taken.Stored));
        Assert.Empty(taken.Damage);
        Assert.True(taken.Writer > touched + 1);
        Assert.Equal("9: d=1", Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, new BucketId(0, 1))));
        Assert.Null(await world.Store.ReadBucketAsync(Pipeline, new BucketId(0, 2)));
        Assert.Null(await world.Store.ReadBucketAsync(Pipeline, new BucketId(0, 9)));
        Assert.Equal("0: 0, 11 [10 9 -1] 11", Checkpoint.Text((await world.Store.TakePartitionAsync(Pipeline, 0)).Cursor));

        await world.Store.SaveBucketAsync(Pipeline, new BucketId(0, 0), taken.Writer, Checkpoint.At(21, 10, "c=3"));
        Assert.Equal("21: a=1 b=1 c=3", Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, new BucketId(0, 0))));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_partitions_without_an_earlier_checkpoint_when_the_pipeline_goes_back_then_they_stay_and_the_others_go(
        CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        await SaveAsync(world, Checkpoint.At(10, -1, "a=1"), Checkpoint.At(20, 10, "a=2"));
        var ahead = await SaveAsync(world, new BucketId(1, 0), Checkpoint.At(7, -1, "b=1"));
        await SaveAsync(world, new BucketId(2, 0), Checkpoint.At(5, -1, "c=1"), Checkpoint.At(6, 5, "c=2"));
        await SaveCursorsAsync(world, 0, Checkpoint.Cursor(0, 11, 10), Checkpoint.Cursor(0, 21, 20));
        var initial = await SaveCursorsAsync(world, 1, Checkpoint.Cursor(1, 0, -1));
        var unmoved = Checkpoint.Cursor(2, 6, 5);
        await SaveCursorsAsync(world, 2, unmoved, unmoved with { Saved = unmoved.Saved.AddSeconds(10) });

        var cursors = await world.Store.RollbackAsync(Pipeline);

        Assert.Equal(["0: 0, 11 [10] 11", "1: 0, 0 [-1] 0", "2: 0, 6 [5] 16"], cursors.Select(Checkpoint.Text));
        Assert.Equal("10: a=1", Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, Bucket)));
        Assert.Null(await world.Store.ReadBucketAsync(Pipeline, new BucketId(1, 0)));
        Assert.Equal("5: c=1", Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, new BucketId(2, 0))));
        Assert.Empty(await world.Store.DamageAsync(Pipeline));
        await Assert.ThrowsAsync<StaleWriterException>(
            () => world.Store.SaveBucketAsync(Pipeline, new BucketId(1, 0), ahead, Checkpoint.At(9, 7)).AsTask());
        await Assert.ThrowsAsync<StaleWriterException>(
            () => world.Store.SaveCursorAsync(Pipeline, 1, initial, Checkpoint.Cursor(1, 8, 7)).AsTask());
        var stayed = await world.Store.TakePartitionAsync(Pipeline, 2);
        Assert.Equal(("2: 0, 6 [5] 16", "2: 0, 6 [5] 6"), (Checkpoint.Text(stayed.Cursor), Checkpoint.Text(stayed.Before)));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_no_partition_with_an_earlier_checkpoint_when_the_pipeline_is_to_go_back_then_nothing_is_changed(
        CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        var writer = await SaveAsync(world, Checkpoint.At(20, -1, "a=2"));
        var owner = await SaveCursorsAsync(world, 0, Checkpoint.Cursor(0, 21, 20), Checkpoint.Cursor(0, 21, 20));
        await SaveCursorsAsync(world, 1, Checkpoint.Cursor(1, 11, 10));

        var refusal = await Assert.ThrowsAsync<CheckpointStoreException>(() => world.Store.RollbackAsync(Pipeline).AsTask());
        var unknown = await Assert.ThrowsAsync<CheckpointStoreException>(() => world.Store.RollbackAsync("unknown").AsTask());

        Assert.Equal(
            "pipeline 'link-load': no partition has a cursor before its newest, at another place, to go back to. Nothing was changed.",
            refusal.Message);
        Assert.Equal("pipeline 'unknown': no cursor is stored to go back to. Nothing was changed.", unknown.Message);
        Assert.Equal(2, (await world.Store.DescribeAsync(Pipeline))!.Cursors.Count);
        await world.Store.SaveBucketAsync(Pipeline, Bucket, writer, Checkpoint.At(30, 20, "a=3"));
        await world.Store.SaveCursorAsync(Pipeline, 0, owner, Checkpoint.Cursor(0, 31, 30));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_a_pipeline_when_it_is_replaced_then_the_new_state_alone_is_left_and_whoever_runs_it_is_fenced(
        CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        var writer = await SaveAsync(world, Checkpoint.At(10, -1, "a=1", "b=1"));
        await SaveAsync(world, new BucketId(0, 1), Checkpoint.At(9, -1, "d=1"));
        var owner = await SaveCursorsAsync(world, 0, Checkpoint.Cursor(0, 11, 10, 9));
        await SaveCursorsAsync(world, 1, Checkpoint.Cursor(1, 11, 10, 9));
        await world.Store.SaveSettingsAsync(Pipeline, "x");
        await world.Store.SaveSettingsAsync("other", "y");

        await world.Store.ReplaceAsync(
            Pipeline, "z", [new NewPartition(Checkpoint.Cursor(0, 51, 50, -1), [(Bucket, Checkpoint.At(50, -1, "a=5", "c=5"))])]);

        Assert.Equal("50: a=5 c=5", Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, Bucket)));
        var described = (await world.Store.DescribeAsync(Pipeline))!;
        Assert.Equal(("z", "0: 0, 51 [50 -1] 51"), (described.Settings, Checkpoint.Text(Assert.Single(described.Cursors))));
        Assert.Equal([new StoredManifest(Bucket, 1, 50, 2, 2, 1)], described.Buckets);
        Assert.Equal("y", await world.Store.LoadSettingsAsync("other"));
        Assert.Empty(await world.Store.DamageAsync(Pipeline));
        await Assert.ThrowsAsync<StaleWriterException>(
            () => world.Store.SaveBucketAsync(Pipeline, Bucket, writer, Checkpoint.At(20, -1)).AsTask());
        await Assert.ThrowsAsync<StaleWriterException>(() => world.Store.TakeBucketAsync(Pipeline, Bucket, owner).AsTask());
        await Assert.ThrowsAsync<StaleWriterException>(
            () => world.Store.SaveCursorAsync(Pipeline, 0, owner, Checkpoint.Cursor(0, 31)).AsTask());

        var taken = await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner);
        await world.Store.SaveBucketAsync(Pipeline, Bucket, taken.Writer, Checkpoint.At(60, 50, "c=6"));
        Assert.Equal("60: a=5 c=6", Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, Bucket)));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_a_replacement_that_ends_in_the_middle_when_the_store_is_read_then_all_is_as_it_was(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        var writer = await SaveAsync(world, Checkpoint.At(10, -1, "a=1"));
        var owner = await SaveCursorsAsync(world, 0, Checkpoint.Cursor(0, 11, 10, 9));
        await world.Store.SaveSettingsAsync(Pipeline, "x");
        using var ended = new CancellationTokenSource();

        await Assert.ThrowsAsync<InvalidDataException>(
            () => world.Store.ReplaceAsync(Pipeline, "z", [new NewPartition(Checkpoint.Cursor(0, 51, 50), Ends())]).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.Store.ReplaceAsync(
            Pipeline, "z", [new NewPartition(Checkpoint.Cursor(0, 51, 50), IsEnded())], ended.Token).AsTask());

        Assert.Equal("x", await world.Store.LoadSettingsAsync(Pipeline));
        Assert.Equal("10: a=1", Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, Bucket)));
        await world.Store.SaveBucketAsync(Pipeline, Bucket, writer, Checkpoint.At(20, 10, "a=2"));
        await world.Store.SaveCursorAsync(Pipeline, 0, owner, Checkpoint.Cursor(0, 21, 20));

        static IEnumerable<(BucketId, BucketCheckpoint)> Ends()
        {
            yield return (Bucket, Checkpoint.At(50, -1, "a=5"));
            throw new InvalidDataException("a learner that cannot be written");
        }

        IEnumerable<(BucketId, BucketCheckpoint)> IsEnded()
        {
            yield return (Bucket, Checkpoint.At(50, -1, "a=5"));
            ended.Cancel();
            yield return (new BucketId(0, 1), Checkpoint.At(50, -1, "a=5"));
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_a_store_that_is_used_when_it_is_looked_into_then_everything_is_read_and_nothing_is_written(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        var writer = await SaveAsync(world, Checkpoint.At(10, -1, "a=1"));
        await SaveCursorsAsync(world, 0, Checkpoint.Cursor(0, 11, 10));
        await world.Store.SaveSettingsAsync(Pipeline, "x");

        await using var reader = await CheckpointStores.OpenReaderAsync(world.Options);
        await world.Store.SaveBucketAsync(Pipeline, Bucket, writer, Checkpoint.At(20, 10, "a=2"));

        Assert.Equal([Pipeline], await reader.PipelinesAsync());
        Assert.Equal("x", await reader.LoadSettingsAsync(Pipeline));
        Assert.Equal("20: a=2", Checkpoint.Text(await reader.ReadBucketAsync(Pipeline, Bucket)));
        Assert.Equal("0: 0, 11 [10] 11", Checkpoint.Text(Assert.Single((await reader.DescribeAsync(Pipeline))!.Cursors)));
        Assert.Empty(await reader.DamageAsync(Pipeline));
        Assert.Equal(writer + 1, (await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner)).Writer);
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_a_number_of_the_schema_that_is_damaged_when_the_store_is_opened_then_it_is_refused_and_unchanged(
        CheckpointStoreKind kind)
    {
        foreach (var damage in new[]
                 {
                     "UPDATE streamlearn_schema SET version = -1", "UPDATE streamlearn_schema SET version = 0", "DELETE FROM streamlearn_schema",
                     "INSERT INTO streamlearn_schema (version) VALUES (1)", "DROP TABLE streamlearn_schema",
                 })
        {
            await RefusesSchemaAsync(kind, damage);
        }

        if (kind == CheckpointStoreKind.Sqlite)
        {
            await RefusesSchemaAsync(kind, "UPDATE streamlearn_schema SET version = 'abc'");
            await RefusesSchemaAsync(kind, "UPDATE streamlearn_schema SET version = 1.5");
            await RefusesSchemaAsync(kind, "UPDATE streamlearn_schema SET version = x'01'");
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_a_schema_that_is_newer_when_the_store_is_opened_then_it_is_refused_with_both_numbers(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        await world.ExecuteAsync("UPDATE streamlearn_schema SET version = 4");

        var refusal = await Assert.ThrowsAsync<CheckpointStoreException>(world.OpenAsync);

        Assert.Contains("has schema 4; this program knows 3 at most", refusal.Message, StringComparison.Ordinal);
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_an_empty_database_when_many_open_it_at_once_then_all_can(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        await world.ExecuteAsync(
            "DROP TABLE streamlearn_schema; DROP TABLE streamlearn_pipelines; DROP TABLE streamlearn_claims;"
            + "DROP TABLE streamlearn_manifests; DROP TABLE streamlearn_keys; DROP TABLE streamlearn_cursors; DROP TABLE streamlearn_store; DROP TABLE streamlearn_paused;");

        var stores = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => CheckpointStores.OpenAsync(world.Options))));

        var id = await stores[0].StoreIdAsync();
        for (var i = 0; i < stores.Length; i++)
        {
            Assert.Equal(i + 1, (await stores[i].TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner)).Writer);
            Assert.Equal(id, await stores[i].StoreIdAsync());
            await stores[i].DisposeAsync();
        }

        Assert.Equal(1, await world.CountAsync("streamlearn_schema"));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_two_stores_when_their_ids_are_read_then_each_has_its_own_for_good(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        await using var other = await StoreWorld.CreateAsync(kind, server);
        var id = await world.Store.StoreIdAsync();

        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.NotEqual(id, await other.Store.StoreIdAsync());
        Assert.Equal(id, await (await world.OpenAsync()).StoreIdAsync());
        await using var reader = await CheckpointStores.OpenReaderAsync(world.Options);
        Assert.Equal(id, await reader.StoreIdAsync());

        await world.ExecuteAsync("UPDATE streamlearn_store SET id = 'abc'");
        var refusal = await Assert.ThrowsAsync<CheckpointStoreException>(() => reader.StoreIdAsync().AsTask());
        Assert.Contains("its id is damaged: streamlearn_store has 'abc'; expected one row of 32 hexadecimal digits", refusal.Message, StringComparison.Ordinal);
        await world.ExecuteAsync("DELETE FROM streamlearn_store");
        Assert.NotEqual(id, await (await world.OpenAsync()).StoreIdAsync());
        Assert.Equal(1, await world.CountAsync("streamlearn_store"));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_an_attempt_that_is_ended_when_it_has_not_begun_then_nothing_is_written(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        var writer = await SaveAsync(world, Checkpoint.At(10, -1, "a=1"));
        using var ended = new CancellationTokenSource();
        await ended.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => world.Store.SaveBucketAsync(Pipeline, Bucket, writer, Checkpoint.At(20, -1, "a=2"), ended.Token).AsTask());

        Assert.Equal("10: a=1", Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, Bucket)));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_a_schema_number_beyond_all_when_the_store_is_opened_then_it_is_refused(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        await world.ExecuteAsync($"UPDATE streamlearn_schema SET version = {(kind == CheckpointStoreKind.Sqlite ? 99999999999 : int.MaxValue)}");

        Assert.Contains("this program knows 3 at most", (await Assert.ThrowsAsync<CheckpointStoreException>(world.OpenAsync)).Message,
            StringComparison.Ordinal);
    }

    private async Task RefusesSchemaAsync(CheckpointStoreKind kind, string damage)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        await SaveAsync(world, Checkpoint.At(10, -1, "a=1"));
        await world.ExecuteAsync(damage);

        foreach (var open in (Func<Task>[])[world.OpenAsync, () => CheckpointStores.OpenReaderAsync(world.Options)])
        {
            var refusal = await Assert.ThrowsAsync<CheckpointStoreException>(open);

            var store = kind == CheckpointStoreKind.Sqlite ? world.Options.Path : "PostgreSQL at 127.0.0.1:";
            Assert.StartsWith(store, refusal.Message, StringComparison.Ordinal);
            Assert.Contains(": the number of its schema is damaged: streamlearn_schema has ", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("Restore a backup, or move the database away", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal("10: a=1", Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, Bucket)));
    }

    private static async Task<List<long>> LastAppliedAsync(StoreWorld world)
    {
        var found = new List<long>();
        await using var connection = await world.ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT last_applied FROM streamlearn_manifests ORDER BY generation";
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            found.Add(reader.GetInt64(0));
        }

        return found;
    }

    private static Task<long> SaveAsync(StoreWorld world, params BucketCheckpoint[] checkpoints) => SaveAsync(world, Bucket, checkpoints);

    private static async Task<long> SaveAsync(StoreWorld world, BucketId bucket, params BucketCheckpoint[] checkpoints)
    {
        var writer = (await world.Store.TakeBucketAsync(Pipeline, bucket, StoreWorld.AnyOwner)).Writer;
        foreach (var checkpoint in checkpoints)
        {
            await world.Store.SaveBucketAsync(Pipeline, bucket, writer, checkpoint);
        }

        return writer;
    }

    private static async Task<long> SaveCursorsAsync(StoreWorld world, int partition, params PartitionCursor[] cursors)
    {
        var owner = (await world.Store.TakePartitionAsync(Pipeline, partition)).Owner;
        foreach (var cursor in cursors)
        {
            await world.Store.SaveCursorAsync(Pipeline, partition, owner, cursor);
        }

        return owner;
    }
}
