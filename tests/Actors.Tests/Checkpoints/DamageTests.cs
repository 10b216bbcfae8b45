using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Tests.Checkpoints.Worlds;

namespace StreamLearn.Actors.Tests.Checkpoints;

/// <summary>What a store does with rows that are not what was written.</summary>
[Collection(SharedPostgres.Name)]
public sealed class DamageTests(PostgresServer server)
{
    private const string Pipeline = StoreWorld.Pipeline;
    private const string Newest = "generation = (SELECT MAX(generation) FROM streamlearn_manifests)";

    private static readonly BucketId Bucket = StoreWorld.Bucket;

    private static readonly string[] ImpossibleClaims =
    [
        "written = -1", "loaded = -1", "loaded = written + 1", "writer = 0", "writer = -7", "writer = 9223372036854775807", "bucket = -2",
        "partition = -1", "written = 9223372036854775807",
    ];

    // Columns of SQLite take any value.
    private static readonly string[] ImpossibleClaimsOfSqlite =
        ["writer = 'abc'", "bucket = 99999999999", "partition = 99999999999"];

    [Theory, Sqlite, Postgres]
    public async Task Given_a_key_with_a_flipped_bit_when_the_bucket_is_taken_then_it_gets_the_generation_before_and_reads_why(
        CheckpointStoreKind kind)
    {
        await using var world = await TwoGenerationsAsync(kind);
        await ChangeAsync(world, "streamlearn_keys", "state", $"key = {Key("b")} AND {Newest}", row => row[^1] ^= 1);

        var taken = await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner);

        Assert.Equal("10: a=1 b=1 c=1", Checkpoint.Text(taken.Stored));
        Assert.Matches(
            "^pipeline 'link-load', bucket 0-0, generation 2: key 'b' of generation 2 is damaged: "
            + "10 bytes have checksum [0-9a-f]{16}; expected [0-9a-f]{16}$",
            Assert.Single(taken.Damage));
        Assert.Equal("10: a=1 b=1 c=1", Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, Bucket)));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_a_key_with_a_flipped_bit_when_it_is_read_alone_then_it_is_refused_and_the_others_are_read(CheckpointStoreKind kind)
    {
        await using var world = await TwoGenerationsAsync(kind);
        var writer = (await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner)).Writer;
        await ChangeAsync(world, "streamlearn_keys", "state", $"key = {Key("b")} AND {Newest}", row => row[^1] ^= 1);

        Assert.Equal(["1"u8.ToArray(), "2"u8.ToArray()], await world.Store.ReadKeysAsync(Pipeline, Bucket, writer, ["a"u8.ToArray(), "d"u8.ToArray()]));
        var refusal = await Assert.ThrowsAsync<DamagedStateException>(
            async () => await world.Store.ReadKeysAsync(Pipeline, Bucket, writer, ["a"u8.ToArray(), "b"u8.ToArray()]));
        Assert.Contains("key 'b' is damaged: ", refusal.Message, StringComparison.Ordinal);
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_any_byte_of_any_row_flipped_when_the_bucket_is_taken_then_it_is_found(CheckpointStoreKind kind)
    {
        await using var world = await TwoGenerationsAsync(kind);
        foreach (var (table, column, where) in new[]
                 {
                     ("streamlearn_keys", "state", $"key = {Key("b")} AND {Newest}"), ("streamlearn_manifests", "state", Newest),
                 })
        {
            var whole = await ReadAsync(world, table, column, where);
            for (var at = 0; at < whole.Length; at++)
            {
                await ChangeAsync(world, table, column, where, row => row[at] ^= 0x10);
                Assert.Single((await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner)).Damage);
                await ChangeAsync(world, table, column, where, row => row[at] ^= 0x10);
            }

            Assert.Equal("20: a=1 b=2 d=2", Checkpoint.Text((await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner)).Stored));
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_rows_cut_short_when_the_bucket_is_taken_then_it_is_found(CheckpointStoreKind kind)
    {
        await using var world = await TwoGenerationsAsync(kind);
        foreach (var (table, where) in new[] { ("streamlearn_keys", $"key = {Key("b")} AND {Newest}"), ("streamlearn_manifests", Newest) })
        {
            var whole = await ReadAsync(world, table, "state", where);
            for (var length = 0; length < whole.Length; length++)
            {
                await world.ExecuteAsync($"UPDATE {table} SET state = @content WHERE {where}", whole[..length]);
                Assert.Single((await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner)).Damage);
            }

            await world.ExecuteAsync($"UPDATE {table} SET state = @content WHERE {where}", whole);
            Assert.Equal("20: a=1 b=2 d=2", Checkpoint.Text((await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner)).Stored));
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_a_row_that_is_missing_when_the_bucket_is_taken_then_it_gets_the_generation_before(CheckpointStoreKind kind)
    {
        foreach (var (deletion, damage) in new[]
                 {
                     ($"streamlearn_keys WHERE key = {Key("b")} AND {Newest}", "there are 3 keys with sum"),
                     ($"streamlearn_keys WHERE key = {Key("d")}", "there are 2 keys with sum"),
                     ($"streamlearn_keys WHERE key = {Key("c")} AND {Newest}", "there are 4 keys with sum"),
                     ($"streamlearn_manifests WHERE {Newest}", "its manifest is missing"),
                 })
        {
            await using var world = await TwoGenerationsAsync(kind);
            Assert.Equal(1, await world.ExecuteAsync($"DELETE FROM {deletion}"));

            var taken = await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner);

            Assert.Equal("10: a=1 b=1 c=1", Checkpoint.Text(taken.Stored));
            Assert.StartsWith(
                $"pipeline 'link-load', bucket 0-0, generation 2: {damage}", Assert.Single(taken.Damage), StringComparison.Ordinal);
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_rows_in_each_others_place_when_the_bucket_is_taken_then_it_is_found(CheckpointStoreKind kind)
    {
        await using var world = await TwoGenerationsAsync(kind);
        await SwapAsync(world, "streamlearn_keys", "state", $"key = {Key("b")} AND {Newest}", $"key = {Key("d")}");
        Assert.Equal("10: a=1 b=1 c=1", Checkpoint.Text((await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner)).Stored));
        await SwapAsync(world, "streamlearn_keys", "state", $"key = {Key("b")} AND {Newest}", $"key = {Key("d")}");
        Assert.Equal("20: a=1 b=2 d=2", Checkpoint.Text((await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner)).Stored));

        await SwapAsync(world, "streamlearn_manifests", "state", "generation = 1", "generation = 2");
        var taken = await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner);
        Assert.Null(taken.Stored);
        Assert.Equal(2, taken.Damage.Count);
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_a_number_of_a_manifest_that_was_changed_when_the_bucket_is_taken_then_it_is_found(CheckpointStoreKind kind)
    {
        foreach (var column in new[] { "last_applied", "keys", "bytes", "key_sum" })
        {
            await using var world = await TwoGenerationsAsync(kind);
            await world.ExecuteAsync($"UPDATE streamlearn_manifests SET {column} = {column} + 1 WHERE {Newest}");

            var taken = await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner);

            Assert.Equal("10: a=1 b=1 c=1", Checkpoint.Text(taken.Stored));
            Assert.Contains("generation 2: its manifest is damaged: ", Assert.Single(taken.Damage), StringComparison.Ordinal);
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_a_damaged_generation_when_it_was_passed_over_then_nothing_of_it_is_in_the_next(CheckpointStoreKind kind)
    {
        await using var world = await TwoGenerationsAsync(kind);
        await ChangeAsync(world, "streamlearn_manifests", "state", Newest, row => row[^1] ^= 1);
        var taken = await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner);
        Assert.Equal("10: a=1 b=1 c=1", Checkpoint.Text(taken.Stored));

        await world.Store.SaveBucketAsync(Pipeline, Bucket, taken.Writer, Checkpoint.At(15, 10, "a=15"));

        var after = await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner);
        Assert.Equal("15: a=15 b=1 c=1", Checkpoint.Text(after.Stored));
        Assert.Empty(after.Damage);

        await ChangeAsync(world, "streamlearn_manifests", "state", Newest, row => row[^1] ^= 1);
        Assert.Equal("10: a=1 b=1 c=1", Checkpoint.Text((await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner)).Stored));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_both_generations_damaged_when_the_bucket_is_taken_then_it_starts_with_nothing(CheckpointStoreKind kind)
    {
        await using var world = await TwoGenerationsAsync(kind);
        await world.ExecuteAsync("UPDATE streamlearn_manifests SET state = @content", [1, 2, 3]);

        var taken = await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner);
        Assert.Null(taken.Stored);
        Assert.Equal(
            [
                "pipeline 'link-load', bucket 0-0, generation 2: its manifest is damaged: 3 bytes are stored; expected at least 9",
                "pipeline 'link-load', bucket 0-0, generation 1: its manifest is damaged: 3 bytes are stored; expected at least 9",
            ],
            taken.Damage);
        Assert.Equal(2, (await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner)).Damage.Count);

        var writer = (await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner)).Writer;
        await world.Store.SaveBucketAsync(Pipeline, Bucket, writer, Checkpoint.At(3, -1, "a=3"));
        Assert.Equal("3: a=3", Checkpoint.Text((await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner)).Stored));
        Assert.Equal(1, await world.CountAsync("streamlearn_keys"));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_a_manifest_that_goes_while_a_writer_goes_on_when_it_saves_then_it_is_told(CheckpointStoreKind kind)
    {
        await using var world = await TwoGenerationsAsync(kind);
        var writer = (await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner)).Writer;
        await world.ExecuteAsync($"DELETE FROM streamlearn_manifests WHERE {Newest}");

        var refusal = await Assert.ThrowsAsync<CheckpointStoreException>(
            () => world.Store.SaveBucketAsync(Pipeline, Bucket, writer, Checkpoint.At(30, 20, "a=3")).AsTask());

        Assert.Contains("generation 2: its manifest has gone", refusal.Message, StringComparison.Ordinal);
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_a_damaged_cursor_when_the_partition_is_taken_then_it_gets_the_one_before_and_goes_on_from_it(
        CheckpointStoreKind kind)
    {
        const string newest = "generation = (SELECT MAX(generation) FROM streamlearn_cursors)";
        await using var world = await TwoCursorsAsync(kind);
        var whole = await ReadAsync(world, "streamlearn_cursors", "content", newest);
        byte[] flipped = [.. whole[..20], (byte)(whole[20] ^ 1), .. whole[21..]];
        foreach (var damaged in new[] { whole[..^1], whole[..5], [], [.. whole, 0], flipped })
        {
            await world.ExecuteAsync($"UPDATE streamlearn_cursors SET content = @content WHERE {newest}", damaged);
            var taken = await world.Store.TakePartitionAsync(Pipeline, 0);
            Assert.Equal("0: 0, 11 [10] 11", Checkpoint.Text(taken.Cursor));
            Assert.StartsWith(
                "pipeline 'link-load', cursor of partition 0, generation 2: ", Assert.Single(taken.Damage), StringComparison.Ordinal);
        }

        var owner = (await world.Store.TakePartitionAsync(Pipeline, 0)).Owner;
        await world.Store.SaveCursorAsync(Pipeline, 0, owner, Checkpoint.Cursor(0, 31, 30));
        Assert.Empty((await world.Store.TakePartitionAsync(Pipeline, 0)).Damage);
        Assert.Equal("0: 0, 11 [10] 11", Checkpoint.Text(Assert.Single(await world.Store.RollbackAsync(Pipeline))));
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_cursors_that_are_missing_or_swapped_when_the_partition_is_taken_then_it_is_found(CheckpointStoreKind kind)
    {
        await using var world = await TwoCursorsAsync(kind);
        await SwapAsync(world, "streamlearn_cursors", "content", "generation = 1", "generation = 2");
        var swapped = await world.Store.TakePartitionAsync(Pipeline, 0);
        Assert.Equal((null, 2), (swapped.Cursor, swapped.Damage.Count));
        await Assert.ThrowsAsync<CheckpointStoreException>(() => world.Store.RollbackAsync(Pipeline).AsTask());
        await SwapAsync(world, "streamlearn_cursors", "content", "generation = 1", "generation = 2");

        await world.ExecuteAsync("DELETE FROM streamlearn_cursors WHERE generation = 2");
        var taken = await world.Store.TakePartitionAsync(Pipeline, 0);
        Assert.Equal("0: 0, 11 [10] 11", Checkpoint.Text(taken.Cursor));
        Assert.Equal(["pipeline 'link-load', cursor of partition 0, generation 2: it is missing"], taken.Damage);
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_damaged_settings_when_they_are_loaded_then_the_error_says_what_to_do_and_the_rest_can_be_read(
        CheckpointStoreKind kind)
    {
        await using var world = await TwoGenerationsAsync(kind);
        await world.Store.SaveSettingsAsync(Pipeline, """{ "buckets": "4" }""");
        var whole = await ReadAsync(world, "streamlearn_pipelines", "settings", $"name = '{Pipeline}'");
        for (var at = 0; at <= whole.Length; at++)
        {
            byte[] damaged = at == whole.Length ? "{oops"u8.ToArray() : [.. whole[..at], (byte)(whole[at] ^ 4), .. whole[(at + 1)..]];
            await world.ExecuteAsync("UPDATE streamlearn_pipelines SET settings = @content", damaged);

            var refusal = await Assert.ThrowsAsync<CheckpointStoreException>(() => world.Store.LoadSettingsAsync(Pipeline).AsTask());

            Assert.Contains(": pipeline 'link-load', what its state was made with is damaged: ", refusal.Message, StringComparison.Ordinal);
            Assert.EndsWith(
                ". Restore a backup, or make the state anew with 'streamlearn replay'.", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("what its state was made with is damaged", Assert.Single(await world.Store.DamageAsync(Pipeline)),
                StringComparison.Ordinal);
            Assert.Equal((null, 1), ((await world.Store.DescribeAsync(Pipeline))!.Settings, (await world.Store.DescribeAsync(Pipeline))!.Buckets.Count));
        }

        await world.ExecuteAsync("UPDATE streamlearn_pipelines SET settings = @content", whole);
        await world.ExecuteAsync("UPDATE streamlearn_pipelines SET name = 'renamed'");
        await Assert.ThrowsAsync<CheckpointStoreException>(() => world.Store.LoadSettingsAsync("renamed").AsTask());
    }

    [Theory, Sqlite, Postgres]
    public async Task Given_numbers_of_a_claim_that_cannot_be_when_it_is_used_then_the_error_names_it_and_a_new_state_heals_it(
        CheckpointStoreKind kind)
    {
        foreach (var damage in kind == CheckpointStoreKind.Sqlite ? [.. ImpossibleClaims, .. ImpossibleClaimsOfSqlite] : ImpossibleClaims)
        {
            await using var world = await TwoGenerationsAsync(kind);
            await world.ExecuteAsync($"UPDATE streamlearn_claims SET {damage}");

            var refusal = await Assert.ThrowsAsync<CheckpointStoreException>(() => world.Store.DescribeAsync(Pipeline).AsTask());
            Assert.Contains(": pipeline 'link-load': the claim of partition ", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("Restore a backup, or make the state anew", refusal.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<CheckpointStoreException>(() => world.Store.DamageAsync(Pipeline).AsTask());
            await Assert.ThrowsAsync<CheckpointStoreException>(() => world.Store.RollbackAsync(Pipeline).AsTask());

            await world.Store.ReplaceAsync(
                Pipeline, "new", [new NewPartition(Checkpoint.Cursor(0, 51, 50), [(Bucket, Checkpoint.At(50, -1, "a=5"))])]);

            Assert.Equal("50: a=5", Checkpoint.Text((await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner)).Stored));
            Assert.Empty(await world.Store.DamageAsync(Pipeline));
            Assert.Equal((1, 1), (await world.CountAsync("streamlearn_keys"), await world.CountAsync("streamlearn_manifests")));
        }
    }

    /// <summary>10: a=1 b=1 c=1, then 20: a=1 b=2 d=2.</summary>
    private async Task<StoreWorld> TwoGenerationsAsync(CheckpointStoreKind kind)
    {
        var world = await StoreWorld.CreateAsync(kind, server);
        var writer = (await world.Store.TakeBucketAsync(Pipeline, Bucket, StoreWorld.AnyOwner)).Writer;
        await world.Store.SaveBucketAsync(Pipeline, Bucket, writer, Checkpoint.At(10, -1, "a=1", "b=1", "c=1"));
        await world.Store.SaveBucketAsync(Pipeline, Bucket, writer, Checkpoint.At(20, 10, "b=2", "c", "d=2"));
        return world;
    }

    private async Task<StoreWorld> TwoCursorsAsync(CheckpointStoreKind kind)
    {
        var world = await StoreWorld.CreateAsync(kind, server);
        var owner = (await world.Store.TakePartitionAsync(Pipeline, 0)).Owner;
        await world.Store.SaveCursorAsync(Pipeline, 0, owner, Checkpoint.Cursor(0, 11, 10));
        await world.Store.SaveCursorAsync(Pipeline, 0, owner, Checkpoint.Cursor(0, 21, 20));
        return world;
    }

    /// <summary>A key of ASCII letters, in SQL: the databases write bytes in different ways, and turn text into them alike.</summary>
    private static string Key(string key) => $"CAST('{key}' AS BYTES)";

    private static async Task<byte[]> ReadAsync(StoreWorld world, string table, string column, string where) =>
        (byte[])(await world.ScalarAsync($"SELECT {column} FROM {table} WHERE {where}"))!;

    private static async Task ChangeAsync(StoreWorld world, string table, string column, string where, Action<byte[]> change)
    {
        var content = await ReadAsync(world, table, column, where);
        change(content);
        Assert.Equal(1, await world.ExecuteAsync($"UPDATE {table} SET {column} = @content WHERE {where}", content));
    }

    private static async Task SwapAsync(StoreWorld world, string table, string column, string one, string other)
    {
        var (first, second) = (await ReadAsync(world, table, column, one), await ReadAsync(world, table, column, other));
        await world.ExecuteAsync($"UPDATE {table} SET {column} = @content WHERE {one}", second);
        await world.ExecuteAsync($"UPDATE {table} SET {column} = @content WHERE {other}", first);
    }
}
