using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Xunit;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Tests.Checkpoints.Worlds;

namespace StreamLearn.Actors.Tests.Checkpoints;

/// <summary>Any sequence of takes, saves, forgets, damages, replacements and ways back does to a store what it does to the model.</summary>
[Collection(SharedPostgres.Name)]
public sealed class StoreAgainstModelTests(PostgresServer server)
{
    private static readonly BucketId[] Buckets = [new(0, 0), new(0, 1), new(1, 0)];

    private static readonly string[] KeyNames = ["a", "b", "c", "d"];

    [Property(MaxTest = 60, EndSize = 120)]
    public async Task Given_any_sequence_of_calls_when_sqlite_gets_them_then_it_answers_as_the_model(DoNotSize<int>[] calls) =>
        await RunAsync(CheckpointStoreKind.Sqlite, calls);

    [PostgresProperty(MaxTest = 15, EndSize = 120)]
    public async Task Given_any_sequence_of_calls_when_postgresql_gets_them_then_it_answers_as_the_model(DoNotSize<int>[] calls) =>
        await RunAsync(CheckpointStoreKind.Postgresql, calls);

    private async Task RunAsync(CheckpointStoreKind kind, DoNotSize<int>[] calls)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        var log = new List<string>();
        var run = new Run(world, await world.OpenAsync(), log);
        try
        {
            foreach (var call in calls)
            {
                await run.CallAsync(call.Item & int.MaxValue);
            }

            await run.CheckRowsAsync();
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{string.Join("; ", log)}: {exception.Message}", exception);
        }
    }

    private sealed record BucketContent(long LastApplied, SortedDictionary<string, string> Keys);

    /// <summary>A store with its model, and what the callers, who may be stale, hold.</summary>
    private sealed class Run(StoreWorld world, ICheckpointStore other, List<string> log)
    {
        private readonly StoreModel<BucketContent>[] _buckets = [new(), new(), new()];
        private readonly StoreModel<PartitionCursor>[] _partitions = [new(), new()];
        private readonly long[] _writers = new long[3];
        private readonly long[] _owners = new long[2];
        private int _calls;

        internal async Task CallAsync(int number)
        {
            _calls++;
            var store = number % 2 == 0 ? world.Store : other;
            var (kind, rest) = (number / 2 % 20, number / 40);
            var (bucket, partition) = (rest % 3, rest % 2);
            log.Add(string.Create(CultureInfo.InvariantCulture, $"{kind}/{rest}"));
            await (kind switch
            {
                < 3 => TakeAsync(store, bucket),
                < 11 => SaveAsync(store, bucket, rest / 3),
                < 13 => TakePartitionAsync(store, partition),
                < 16 => SaveCursorAsync(store, partition),
                16 => RollbackAsync(store),
                17 => DamageBucketAsync(bucket),
                18 => DamageCursorAsync(partition),
                _ => rest % 9 == 0 ? ReplaceAsync(store, rest / 9) : ReadKeysAsync(store, bucket, rest / 3),
            });
            foreach (var (id, model) in Buckets.Zip(_buckets))
            {
                Assert.Equal(Text(model.Readable), Checkpoint.Text(await store.ReadBucketAsync(StoreWorld.Pipeline, id)));
            }
        }

        /// <summary>That no row is left over: of a bucket three manifests at most, of a key three rows, of a partition two cursors.</summary>
        internal async Task CheckRowsAsync()
        {
            (string Groups, int Most)[] tables =
            [
                ("streamlearn_manifests GROUP BY claim", 3), ("streamlearn_cursors GROUP BY claim", 2),
                ("streamlearn_keys GROUP BY claim, key", 3),
            ];
            foreach (var (groups, most) in tables)
            {
                Assert.Equal(
                    0L, await world.ScalarAsync($"SELECT COUNT(*) FROM (SELECT COUNT(*) AS n FROM {groups}) AS counts WHERE n > {most}"));
            }
        }

        private async Task TakeAsync(ICheckpointStore store, int bucket)
        {
            var model = _buckets[bucket];
            var passedOver = model.Take();
            var taken = await store.TakeBucketAsync(StoreWorld.Pipeline, Buckets[bucket], StoreWorld.AnyOwner);
            Assert.Equal((model.Writer, Text(model.Loaded), passedOver), (taken.Writer, Checkpoint.Text(taken.Stored), taken.Damage.Count));
            _writers[bucket] = taken.Writer;
        }

        private async Task SaveAsync(ICheckpointStore store, int bucket, int choice)
        {
            var model = _buckets[bucket];
            var partition = _partitions[Buckets[bucket].Partition];
            var covered = partition.Loaded?.SentUpTo[Buckets[bucket].Bucket] ?? -1;
            var keys = new SortedDictionary<string, string>(model.Loaded?.Keys ?? [], StringComparer.Ordinal);
            var changed = new List<string>();
            foreach (var (name, what) in KeyNames.Select((name, i) => (name, choice >> (2 * i) & 3)))
            {
                if (what == 1)
                {
                    keys.Remove(name);
                    changed.Add(name);
                }
                else if (what > 1)
                {
                    keys[name] = _calls.ToString(CultureInfo.InvariantCulture);
                    changed.Add($"{name}={_calls}");
                }
            }

            var lastApplied = (model.Loaded?.LastApplied ?? 0) + (choice % 3);
            var save = store.SaveBucketAsync(
                StoreWorld.Pipeline, Buckets[bucket], _writers[bucket], Checkpoint.At(lastApplied, covered, [.. changed])).AsTask();
            if (model.Writer == 0 || model.Writer != _writers[bucket])
            {
                await Assert.ThrowsAsync<StaleWriterException>(() => save);
                return;
            }

            await save;
            model.Save(new BucketContent(lastApplied, keys), content => content.LastApplied <= covered);
        }

        private async Task ReadKeysAsync(ICheckpointStore store, int bucket, int choice)
        {
            var model = _buckets[bucket];
            var names = KeyNames.Where((_, i) => (choice >> i & 1) != 0).Reverse().ToList();
            var read = store.ReadKeysAsync(
                StoreWorld.Pipeline, Buckets[bucket], _writers[bucket], [.. names.Select(name => Encoding.UTF8.GetBytes(name))]).AsTask();
            if (model.Writer == 0 || model.Writer != _writers[bucket])
            {
                await Assert.ThrowsAsync<StaleWriterException>(() => read);
            }
            else if (names.TrueForAll(name => model.Loaded?.Keys.ContainsKey(name) == true))
            {
                Assert.Equal(names.Select(name => model.Loaded!.Keys[name]), (await read).Select(state => Encoding.UTF8.GetString(state)));
            }
            else
            {
                await Assert.ThrowsAsync<DamagedStateException>(() => read);
            }
        }

        private async Task TakePartitionAsync(ICheckpointStore store, int partition)
        {
            var model = _partitions[partition];
            var passedOver = model.Take();
            var taken = await store.TakePartitionAsync(StoreWorld.Pipeline, partition);
            Assert.Equal(
                (model.Writer, Checkpoint.Text(model.Loaded), passedOver), (taken.Owner, Checkpoint.Text(taken.Cursor), taken.Damage.Count));
            _owners[partition] = taken.Owner;
        }

        private async Task SaveCursorAsync(ICheckpointStore store, int partition)
        {
            var model = _partitions[partition];
            var sent = new long[2];
            for (var bucket = 0; bucket < Buckets.Length; bucket++)
            {
                if (Buckets[bucket].Partition == partition)
                {
                    sent[Buckets[bucket].Bucket] = _buckets[bucket].Loaded?.LastApplied ?? -1;
                }
            }

            var cursor = Checkpoint.Cursor(partition, _calls, sent);
            var save = store.SaveCursorAsync(StoreWorld.Pipeline, partition, _owners[partition], cursor).AsTask();
            if (model.Writer == 0 || model.Writer != _owners[partition])
            {
                await Assert.ThrowsAsync<StaleWriterException>(() => save);
                return;
            }

            await save;
            model.Save(cursor, _ => true);
        }

        private async Task RollbackAsync(ICheckpointStore store)
        {
            var stored = _partitions.Where(partition => partition.HasNewest).ToList();
            var rollback = store.RollbackAsync(StoreWorld.Pipeline).AsTask();
            if (stored.Any(partition => AfterRollback(partition) is null) || stored.TrueForAll(partition => !GoesBack(partition)))
            {
                await Assert.ThrowsAsync<CheckpointStoreException>(() => rollback);
                return;
            }

            Assert.Equal(stored.Select(partition => Checkpoint.Text(AfterRollback(partition))), (await rollback).Select(Checkpoint.Text));
            foreach (var partition in _partitions)
            {
                partition.GoBackBy(GoesBack(partition) ? 1 : 0);
            }

            foreach (var (id, bucket) in Buckets.Zip(_buckets))
            {
                var partition = _partitions[id.Partition];
                bucket.GoBack(content => partition.HasNewest && content.LastApplied <= partition.Loaded!.SentUpTo[id.Bucket]);
            }

            // The cursor that a partition has after it: null where this is damaged.
            static PartitionCursor? AfterRollback(StoreModel<PartitionCursor> partition) =>
                !partition.HasBefore || !GoesBack(partition) ? partition.Newest : partition.BeforeNewest;

            static bool GoesBack(StoreModel<PartitionCursor> partition) =>
                partition.HasBefore && !(partition is { Newest: { } newest, BeforeNewest: { } before } && IsSamePlace(newest, before));
        }

        private static bool IsSamePlace(PartitionCursor one, PartitionCursor other) =>
            one.Next == other.Next && one.SentUpTo.SequenceEqual(other.SentUpTo);

        private async Task DamageBucketAsync(int bucket)
        {
            if (_buckets[bucket].HasNewest)
            {
                await DamageAsync("streamlearn_manifests", "state", Buckets[bucket].Partition, Buckets[bucket].Bucket);
                _buckets[bucket].Damage();
            }
        }

        private async Task DamageCursorAsync(int partition)
        {
            if (_partitions[partition].HasNewest)
            {
                await DamageAsync("streamlearn_cursors", "content", partition, -1);
                _partitions[partition].Damage();
            }
        }

        private async Task DamageAsync(string table, string column, int partition, int bucket) => Assert.Equal(1, await world.ExecuteAsync(
            $"""
            UPDATE {table} SET {column} = @content
            WHERE claim = (SELECT id FROM streamlearn_claims WHERE partition = {partition} AND bucket = {bucket})
                AND generation = (SELECT MAX(t.generation) FROM {table} t WHERE t.claim = {table}.claim)
            """,
            Encoding.UTF8.GetBytes("damaged, all of it")));

        private async Task ReplaceAsync(ICheckpointStore store, int choice)
        {
            // The second bucket has learned nothing; one time in three the new state fails while it is written.
            var fails = choice % 3 == 0;
            BucketContent content = new(_calls, new(StringComparer.Ordinal) { ["a"] = "new", ["d"] = "new" });
            PartitionCursor[] cursors = [Checkpoint.Cursor(0, _calls + 1, _calls, -1), Checkpoint.Cursor(1, _calls + 1, _calls, -1)];
            var replacement = store.ReplaceAsync(
                StoreWorld.Pipeline, "new", [new NewPartition(cursors[0], [Of(Buckets[0])]), new NewPartition(cursors[1], Last())]).AsTask();
            if (fails)
            {
                await Assert.ThrowsAsync<InvalidDataException>(() => replacement);
                return;
            }

            await replacement;
            foreach (var (partition, cursor) in _partitions.Zip(cursors))
            {
                // Who it was taken from is fenced, also where nobody ever had it: it is taken to be written, twice.
                partition.Replace(cursor, fences: Math.Max(partition.Writer, 1) + 3);
                partition.Save(cursor, _ => true);
            }

            foreach (var (id, bucket) in Buckets.Zip(_buckets))
            {
                var fenced = bucket.Writer > 0 ? bucket.Writer + 1 : 0;
                if (id == Buckets[1])
                {
                    bucket.GoBack(_ => false);
                }
                else
                {
                    bucket.Replace(content, fenced + 1);
                }
            }

            (BucketId, BucketCheckpoint) Of(BucketId bucket) => (bucket, Checkpoint.At(_calls, -1, "a=new", "d=new"));

            IEnumerable<(BucketId, BucketCheckpoint)> Last()
            {
                yield return fails ? throw new InvalidDataException("a learner that cannot be written") : Of(Buckets[2]);
            }
        }

        private static string Text(BucketContent? content) => content is null
            ? "-"
            : string.Create(CultureInfo.InvariantCulture, $"{content.LastApplied}:")
                + string.Concat(content.Keys.Select(key => $" {key.Key}={key.Value}"));
    }
}
