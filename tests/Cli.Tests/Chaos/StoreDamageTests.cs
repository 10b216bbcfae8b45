using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Messages;
using StreamLearn.Cli.Chaos;
using StreamLearn.Cli.Sources;

namespace StreamLearn.Cli.Tests.Chaos;

public sealed class StoreDamageTests
{
    private const string Pipeline = "drill";
    private static readonly BucketId Bucket = new(0, 0);

    [Fact]
    public async Task Given_two_generations_when_each_kind_of_row_is_struck_in_its_turn_then_the_older_is_given_and_the_memory_lasts_until_it_is_stored()
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("checkpoints.db");
        await using var store = await CheckpointStores.OpenAsync(new CheckpointStoreOptions { Path = path }, CancellationToken.None);
        await SaveAsync(store, 15);
        await SaveAsync(store, 20);
        var damage = new StoreDamage(path, new Random(1));
        var struck = new List<StruckRow>();
        for (var last = 30; last <= 50; last += 10)
        {
            if (damage.Strike(await StoredAsync(store)) is not { } kind)
            {
                Assert.Fail("Nothing was struck.");
                continue;
            }

            struck.Add(kind);
            Assert.Equal((kind != StruckRow.Cursor, kind == StruckRow.Cursor), (damage.Has(Bucket), damage.HasCursor(0)));
            damage.Settle(await StoredAsync(store));
            Assert.True(damage.Has(Bucket) || damage.HasCursor(0));
            Assert.Single(await store.DamageAsync(Pipeline));
            var before = (await store.ReadBucketAsync(Pipeline, Bucket))!.LastApplied;
            Assert.Equal(kind == StruckRow.Cursor ? last - 10 : last - 15, before);

            await SaveAsync(store, last - 5);
            await SaveAsync(store, last);
            damage.Settle(await StoredAsync(store));
            Assert.False(damage.Has(Bucket) || damage.HasCursor(0));
            Assert.Empty(await store.DamageAsync(Pipeline));
        }

        Assert.Equal(Enum.GetValues<StruckRow>(), struck.Order());
    }

    [Fact]
    public async Task Given_one_generation_when_it_is_to_be_struck_then_nothing_is()
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("checkpoints.db");
        await using var store = await CheckpointStores.OpenAsync(new CheckpointStoreOptions { Path = path }, CancellationToken.None);
        await SaveAsync(store, 10);
        var damage = new StoreDamage(path, new Random(1));

        for (var i = 0; i < 3; i++)
        {
            Assert.Null(damage.Strike(await StoredAsync(store)));
        }

        Assert.Empty(await store.DamageAsync(Pipeline));
    }

    private static async Task<StoredPipeline> StoredAsync(ICheckpointStore store) => (await store.DescribeAsync(Pipeline))!;

    private static async Task SaveAsync(ICheckpointStore store, long last)
    {
        var partition = await store.TakePartitionAsync(Pipeline, 0);
        var bucket = await store.TakeBucketAsync(Pipeline, Bucket, partition.Owner);
        var covered = partition.Cursor?.SentUpTo[0] ?? -1;
        await store.SaveBucketAsync(
            Pipeline, Bucket, bucket.Writer, new BucketCheckpoint(last, covered, [1, 2, 3], [new KeyState([1], [.. BitConverter.GetBytes(last)])]));
        await store.SaveCursorAsync(
            Pipeline, 0, partition.Owner, new PartitionCursor(0, 0, last + 1, [last], DateTimeOffset.UnixEpoch));
    }
}
