using System.Data;
using System.Data.Common;
using System.Globalization;
using StreamLearn.Actors.Checkpoints.Rows;
using StreamLearn.Actors.Messages;

namespace StreamLearn.Actors.Checkpoints.Sql;

/// <summary>
/// The tables of manifests and of keys. A generation's keys are, for each key, its newest row up to that generation; a row without content
/// says that the key is forgotten.
/// </summary>
internal static class BucketRows
{
    // Parameters of one statement.
    private const int KeysOfAQuestion = 200;

    /// <summary>The newest undamaged generation, and what was wrong with newer ones.</summary>
    internal static async Task<(StoredBucket? Bucket, List<string> Damage)> ReadAsync(
        SqlSession session, string pipeline, BucketId bucket, Claim claim)
    {
        var (manifests, damage) = await ManifestsAsync(session, pipeline, claim);
        foreach (var (manifest, state, stateDamage) in manifests)
        {
            var (keys, keyDamage) = state is null ? ([], stateDamage) : await KeysAsync(session, pipeline, bucket, claim, manifest);
            if (keyDamage is null)
            {
                return (new StoredBucket(manifest.Generation, manifest.LastApplied, state!, keys), damage);
            }

            damage.Add(Describe(pipeline, bucket, manifest.Generation, keyDamage));
        }

        return (null, damage);
    }

    /// <summary>The states of keys in the generation that the claim's writer goes on from, in the order of the keys.</summary>
    /// <exception cref="DamagedStateException">One is missing or damaged.</exception>
    internal static async Task<IReadOnlyList<byte[]>> ReadKeysAsync(
        SqlSession session, string pipeline, BucketId bucket, Claim claim, IReadOnlyList<byte[]> keys)
    {
        var states = new byte[keys.Count][];
        for (var start = 0; start < keys.Count; start += KeysOfAQuestion)
        {
            var asked = keys.Skip(start).Take(KeysOfAQuestion).ToList();
            var newest = new Dictionary<string, (long Generation, byte[]? Sealed)>();
            var rows = await session.RowsAsync(
                $"""
                SELECT key, generation, state FROM streamlearn_keys
                WHERE claim = @claim AND generation <= @generation AND key IN ({string.Join(", ", asked.Select((_, i) => $"@k{i}"))})
                """,
                row => (Key: Convert.ToHexString(row.GetFieldValue<byte[]>(0)), Generation: row.GetInt64(1), Sealed: row.GetValue(2) as byte[]),
                [("claim", claim.Id), ("generation", claim.Loaded), .. asked.Select((key, i) => ($"k{i}", (object)key))]);
            foreach (var row in rows)
            {
                if (!newest.TryGetValue(row.Key, out var other) || other.Generation < row.Generation)
                {
                    newest[row.Key] = (row.Generation, row.Sealed);
                }
            }

            for (var i = 0; i < asked.Count; i++)
            {
                states[start + i] = Opened(asked[i], newest.GetValueOrDefault(Convert.ToHexString(asked[i])));
            }
        }

        return states;

        byte[] Opened(byte[] key, (long Generation, byte[]? Sealed) row) =>
            row.Sealed is null
                ? throw new DamagedStateException(Describe(pipeline, bucket, claim.Loaded, $"key {PrintableKey.Of(key)} is missing"))
                : StoredRow.TryOpen(RowIdentity.OfKey(pipeline, bucket, row.Generation, key), row.Sealed, out var state, out var damage)
                    ? state.ToArray()
                    : throw new DamagedStateException(
                        Describe(pipeline, bucket, row.Generation, $"key {PrintableKey.Of(key)} is damaged: {damage}"));
    }

    /// <summary>Manifests and states, the newest first: without a state where it is damaged, and in what way.</summary>
    internal static async Task<(List<(BucketManifest Manifest, byte[]? State, string? Damage)> Manifests, List<string> Damage)>
        ManifestsAsync(SqlSession session, string pipeline, Claim claim)
    {
        var bucket = new BucketId(claim.Partition, claim.Bucket);
        var manifests = await session.RowsAsync(
            """
            SELECT generation, last_applied, keys, bytes, key_sum, state FROM streamlearn_manifests
            WHERE claim = @claim AND generation <= @written ORDER BY generation DESC
            """,
            row =>
            {
                var manifest = ReadManifest(row);
                return StoredRow.TryOpen(
                    RowIdentity.OfManifest(pipeline, bucket, manifest), row.GetValue(5) as byte[], out var state, out var problem)
                    ? (manifest, state.ToArray(), null)
                    : (manifest, (byte[]?)null, (string?)("its manifest is damaged: " + problem));
            },
            ("claim", claim.Id), ("written", claim.Written));
        var missing = claim.Written > 0 && (manifests.Count == 0 || manifests[0].manifest.Generation != claim.Written);
        return (manifests, missing ? [Describe(pipeline, bucket, claim.Written, "its manifest is missing")] : []);
    }

    /// <summary>
    /// Writes a generation. It and the newest before it that the stored cursor covers can be read then; what neither needs is deleted, of
    /// the keys that have changed or are forgotten: no statement looks at all keys.
    /// </summary>
    internal static async Task SaveAsync(SqlSession session, string pipeline, BucketId bucket, Claim claim, BucketCheckpoint checkpoint)
    {
        var generation = claim.Written + 1;
        if (claim.Loaded < claim.Written)
        {
            await DeleteAfterAsync(session, claim, claim.Loaded);
        }

        var rows = checkpoint.Changed.Select(key => (key.Key, Sealed(key))).ToList();
        var before = await BeforeAsync(session, pipeline, bucket, claim);
        await session.InsertKeysAsync(claim.Id, generation, rows);
        var manifest = (await WithoutReplacedAsync(session, pipeline, bucket, claim, before, generation)) with
        {
            Generation = generation,
            LastApplied = checkpoint.LastApplied,
        };
        manifest = With(manifest, pipeline, bucket, checkpoint.Changed);

        var covered = await session.ScalarAsync(
            "SELECT MAX(generation) FROM streamlearn_manifests WHERE claim = @claim AND last_applied <= @covered",
            ("claim", claim.Id), ("covered", checkpoint.CoveredBefore)) as long? ?? 0;
        var between = await session.ScalarAsync(
            "SELECT MIN(generation) FROM streamlearn_manifests WHERE claim = @claim AND last_applied > @covered",
            ("claim", claim.Id), ("covered", checkpoint.CoveredBefore)) as long? ?? 0;
        await InsertManifestAsync(
            session, claim, manifest, StoredRow.Seal(RowIdentity.OfManifest(pipeline, bucket, manifest), checkpoint.State));
        await PruneAsync(session, claim, generation, between, covered);
        await Claims.SetWrittenAsync(session, claim, generation);

        byte[]? Sealed(KeyState key) =>
            key.State is null ? null : StoredRow.Seal(RowIdentity.OfKey(pipeline, bucket, generation, key.Key), key.State);
    }

    /// <summary>Goes back to the newest generation that covers nothing after <paramref name="lastApplied"/>, or to nothing.</summary>
    internal static async Task RollbackAsync(SqlSession session, Claim claim, long lastApplied)
    {
        var generation = await session.ScalarAsync(
            "SELECT MAX(generation) FROM streamlearn_manifests WHERE claim = @claim AND last_applied <= @covered",
            ("claim", claim.Id), ("covered", lastApplied)) as long? ?? 0;
        await DeleteAfterAsync(session, claim, generation);
        await Claims.SetWrittenAsync(session, claim, generation, fence: true);
    }

    private static async Task<(List<KeyState> Keys, string? Damage)> KeysAsync(
        SqlSession session, string pipeline, BucketId bucket, Claim claim, BucketManifest manifest)
    {
        var keys = new List<KeyState>();
        var sum = 0L;
        await using var command = session.Command(
            """
            SELECT k.key, k.generation, k.state FROM streamlearn_keys k
            WHERE k.claim = @claim AND k.state IS NOT NULL AND k.generation =
                (SELECT MAX(n.generation) FROM streamlearn_keys n WHERE n.claim = k.claim AND n.key = k.key AND n.generation <= @generation)
            ORDER BY k.key
            """,
            ("claim", claim.Id), ("generation", manifest.Generation));
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, session.Cancellation);
        while (await reader.ReadAsync(session.Cancellation))
        {
            var key = reader.GetFieldValue<byte[]>(0);
            var generation = reader.GetInt64(1);
            var identity = RowIdentity.OfKey(pipeline, bucket, generation, key);
            if (!StoredRow.TryOpen(identity, reader.GetValue(2) as byte[], out var state, out var damage))
            {
                return ([], string.Create(
                    CultureInfo.InvariantCulture, $"key {PrintableKey.Of(key)} of generation {generation} is damaged: {damage}"));
            }

            sum = unchecked(sum + identity);
            keys.Add(new KeyState(key, state.ToArray()));
        }

        return keys.Count == manifest.Keys && sum == manifest.KeySum
            ? (keys, null)
            : ([], string.Create(
                CultureInfo.InvariantCulture,
                $"there are {keys.Count} keys with sum {sum:x16}; its manifest expects {manifest.Keys} with sum {manifest.KeySum:x16}"));
    }

    /// <summary>The manifest that the next generation goes on from.</summary>
    private static async Task<BucketManifest> BeforeAsync(SqlSession session, string pipeline, BucketId bucket, Claim claim)
    {
        if (claim.Loaded == 0)
        {
            return default;
        }

        var found = await session.RowsAsync(
            """
            SELECT generation, last_applied, keys, bytes, key_sum FROM streamlearn_manifests
            WHERE claim = @claim AND generation = @loaded
            """,
            ReadManifest, ("claim", claim.Id), ("loaded", claim.Loaded));
        return found.Count > 0
            ? found[0]
            : throw new CheckpointStoreException(
                Describe(
                    pipeline, bucket, claim.Loaded, "its manifest has gone, so that nothing can be written on top of it: take the bucket again"));
    }

    /// <summary>Takes out of a manifest what the rows of the new generation stand for instead.</summary>
    private static async Task<BucketManifest> WithoutReplacedAsync(
        SqlSession session, string pipeline, BucketId bucket, Claim claim, BucketManifest manifest, long generation)
    {
        var replaced = await session.RowsAsync(
            """
            SELECT o.key, o.generation, LENGTH(o.state) FROM streamlearn_keys n
            JOIN streamlearn_keys o ON o.claim = n.claim AND o.key = n.key AND o.generation =
                (SELECT MAX(m.generation) FROM streamlearn_keys m WHERE m.claim = n.claim AND m.key = n.key AND m.generation < @generation)
            WHERE n.claim = @claim AND n.generation = @generation AND o.state IS NOT NULL
            """,
            row => (Key: row.GetFieldValue<byte[]>(0), Generation: row.GetInt64(1), Length: row.GetInt32(2)),
            ("claim", claim.Id), ("generation", generation));
        foreach (var row in replaced)
        {
            manifest = manifest with
            {
                Keys = manifest.Keys - 1,
                Bytes = manifest.Bytes - (row.Length - StoredRow.HeaderSize),
                KeySum = unchecked(manifest.KeySum - RowIdentity.OfKey(pipeline, bucket, row.Generation, row.Key)),
            };
        }

        return manifest;
    }

    private static BucketManifest With(BucketManifest manifest, string pipeline, BucketId bucket, IReadOnlyList<KeyState> changed)
    {
        foreach (var key in changed.Where(key => key.State is not null))
        {
            manifest = manifest with
            {
                Keys = manifest.Keys + 1,
                Bytes = manifest.Bytes + key.State!.Length,
                KeySum = unchecked(manifest.KeySum + RowIdentity.OfKey(pipeline, bucket, manifest.Generation, key.Key)),
            };
        }

        return manifest;
    }

    private static Task<int> InsertManifestAsync(SqlSession session, Claim claim, BucketManifest manifest, byte[] state) =>
        session.ExecuteAsync(
        """
        INSERT INTO streamlearn_manifests (claim, generation, last_applied, keys, bytes, key_sum, state)
        VALUES (@claim, @generation, @last_applied, @keys, @bytes, @key_sum, @state)
        """,
        ("claim", claim.Id), ("generation", manifest.Generation), ("last_applied", manifest.LastApplied), ("keys", manifest.Keys),
        ("bytes", manifest.Bytes), ("key_sum", manifest.KeySum), ("state", state));

    /// <summary>Deletes what is not needed by the new generation, the first one after the older cursor, or the last one that it covers (0:
    /// there is none). The newer cursor is covered by the one in the middle: the new generation may never get a cursor.</summary>
    private static async Task PruneAsync(SqlSession session, Claim claim, long generation, long between, long covered)
    {
        // Of a key that has changed: all rows but the new one and those that the kept generations read.
        await session.ExecuteAsync(
            """
            DELETE FROM streamlearn_keys
            WHERE claim = @claim AND generation < @generation
                AND key IN (SELECT n.key FROM streamlearn_keys n WHERE n.claim = @claim AND n.generation = @generation)
                AND generation <> (SELECT COALESCE(MAX(o.generation), 0) FROM streamlearn_keys o
                    WHERE o.claim = @claim AND o.key = streamlearn_keys.key AND o.generation <= @covered)
                AND generation <> (SELECT COALESCE(MAX(o.generation), 0) FROM streamlearn_keys o
                    WHERE o.claim = @claim AND o.key = streamlearn_keys.key AND o.generation <= @between)
            """,
            ("claim", claim.Id), ("generation", generation), ("between", between), ("covered", covered));

        // Of a key that every generation from the oldest on knows as forgotten: all rows up to the one that says so.
        await session.ExecuteAsync(
            """
            DELETE FROM streamlearn_keys
            WHERE claim = @claim
                AND key IN (SELECT f.key FROM streamlearn_keys f WHERE f.claim = @claim AND f.state IS NULL AND f.generation <= @oldest)
                AND generation <= (SELECT MAX(f.generation) FROM streamlearn_keys f
                    WHERE f.claim = @claim AND f.key = streamlearn_keys.key AND f.state IS NULL AND f.generation <= @oldest)
            """,
            ("claim", claim.Id), ("oldest", covered > 0 ? covered : between > 0 ? between : generation));
        await session.ExecuteAsync(
            """
            DELETE FROM streamlearn_manifests
            WHERE claim = @claim AND generation <> @generation AND generation <> @between AND generation <> @covered
            """,
            ("claim", claim.Id), ("generation", generation), ("between", between), ("covered", covered));
    }

    private static async Task DeleteAfterAsync(SqlSession session, Claim claim, long generation)
    {
        await session.ExecuteAsync(
            "DELETE FROM streamlearn_keys WHERE claim = @claim AND generation > @generation",
            ("claim", claim.Id), ("generation", generation));
        await session.ExecuteAsync(
            "DELETE FROM streamlearn_manifests WHERE claim = @claim AND generation > @generation",
            ("claim", claim.Id), ("generation", generation));
    }

    private static BucketManifest ReadManifest(DbDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4));

    private static string Describe(string pipeline, BucketId bucket, long generation, string problem) =>
        string.Create(CultureInfo.InvariantCulture, $"{Claims.Describe(pipeline, bucket)}, generation {generation}: {problem}");
}
