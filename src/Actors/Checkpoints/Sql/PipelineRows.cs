using System.Text;
using StreamLearn.Actors.Checkpoints.Rows;
using StreamLearn.Actors.Messages;

namespace StreamLearn.Actors.Checkpoints.Sql;

/// <summary>The table of pipelines, and what concerns all that is stored of one.</summary>
internal static class PipelineRows
{
    /// <summary>What the state was made with, and what is wrong with that; neither: it was never stored.</summary>
    internal static async Task<(string? Settings, string? Damage)> SettingsAsync(SqlSession session, string pipeline)
    {
        var stored = await session.ScalarAsync("SELECT settings FROM streamlearn_pipelines WHERE name = @pipeline", ("pipeline", pipeline));
        return stored is null
            ? (null, null)
            : StoredRow.TryOpen(RowIdentity.OfSettings(pipeline), stored as byte[], out var settings, out var damage)
                ? (Encoding.UTF8.GetString(settings), null)
                : (null, $"pipeline '{pipeline}', what its state was made with is damaged: {damage}");
    }

    internal static Task SaveSettingsAsync(SqlSession session, string pipeline, string settings) => session.ExecuteAsync(
        """
        INSERT INTO streamlearn_pipelines (name, settings) VALUES (@pipeline, @settings)
        ON CONFLICT (name) DO UPDATE SET settings = excluded.settings
        """,
        ("pipeline", pipeline), ("settings", StoredRow.Seal(RowIdentity.OfSettings(pipeline), Encoding.UTF8.GetBytes(settings))));

    internal static async Task<IReadOnlyList<string>> NamesAsync(SqlSession session)
    {
        var names = await session.RowsAsync(
            """
            SELECT p.name FROM streamlearn_pipelines p
            WHERE p.settings IS NOT NULL OR EXISTS (SELECT 1 FROM streamlearn_claims c WHERE c.pipeline = p.id AND c.written > 0)
            """,
            row => row.GetString(0));
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    internal static async Task<StoredPipeline?> DescribeAsync(SqlSession session, string pipeline)
    {
        var (settings, settingsDamage) = await SettingsAsync(session, pipeline);
        var claims = (await Claims.AllAsync(session, pipeline)).Where(claim => claim.Written > 0).ToList();
        var cursors = new List<PartitionCursor>();
        var buckets = new List<StoredManifest>();
        foreach (var claim in claims)
        {
            if (claim.Bucket == Claims.CursorBucket)
            {
                var (_, cursor, _, _) = await CursorRows.ReadAsync(session, pipeline, claim);
                cursors.AddRange(cursor is null ? [] : [cursor]);
            }
            else
            {
                var (manifests, _) = await BucketRows.ManifestsAsync(session, pipeline, claim);
                var readable = manifests.Where(manifest => manifest.State is not null).Select(manifest => manifest.Manifest).ToList();
                buckets.AddRange(readable.Take(1).Select(newest => new StoredManifest(
                    new BucketId(claim.Partition, claim.Bucket), newest.Generation, newest.LastApplied,
                    (int)newest.Keys, newest.Bytes, readable.Count)));
            }
        }

        return settings is null && settingsDamage is null && claims.Count == 0
            ? null
            : new StoredPipeline(pipeline, settings, cursors, buckets);
    }

    internal static async Task<IReadOnlyList<string>> DamageAsync(SqlSession session, string pipeline)
    {
        var (_, settingsDamage) = await SettingsAsync(session, pipeline);
        var damage = settingsDamage is null ? new List<string>() : [settingsDamage];
        foreach (var claim in (await Claims.AllAsync(session, pipeline)).Where(claim => claim.Written > 0))
        {
            damage.AddRange(claim.Bucket == Claims.CursorBucket
                ? (await CursorRows.ReadAsync(session, pipeline, claim)).Damage
                : (await BucketRows.ReadAsync(session, pipeline, new BucketId(claim.Partition, claim.Bucket), claim)).Damage);
        }

        return damage;
    }

    /// <summary>Takes every partition that can to the cursor before its newest, and every bucket to what its partition's cursor covers
    /// then.</summary>
    internal static async Task<IReadOnlyList<PartitionCursor>> RollbackAsync(SqlSession session, string pipeline)
    {
        var claims = await Claims.AllAsync(session, pipeline, toWrite: true);
        var cursors = new Dictionary<int, PartitionCursor>();
        var moved = false;
        foreach (var claim in claims.Where(claim => claim.Bucket == Claims.CursorBucket && claim.Written > 0))
        {
            var (cursor, hasMoved) = await CursorRows.RollbackAsync(session, pipeline, claim);
            cursors.Add(claim.Partition, cursor);
            moved |= hasMoved;
        }

        if (cursors.Count == 0)
        {
            throw new CheckpointStoreException($"pipeline '{pipeline}': no cursor is stored to go back to. Nothing was changed.");
        }

        if (!moved)
        {
            throw new CheckpointStoreException(
                $"pipeline '{pipeline}': no partition has a cursor before its newest, at another place, to go back to. "
                + "Nothing was changed.");
        }

        foreach (var claim in claims)
        {
            if (claim.Bucket != Claims.CursorBucket)
            {
                var sent = cursors.GetValueOrDefault(claim.Partition)?.SentUpTo ?? [];
                await BucketRows.RollbackAsync(session, claim, claim.Bucket < sent.Count ? sent[claim.Bucket] : -1);
            }
            else if (claim.Written == 0)
            {
                await Claims.SetWrittenAsync(session, claim, 0, fence: true);
            }
        }

        return [.. cursors.Values];
    }

    /// <summary>Puts a state in the place of all that is stored. Damaged claims are set right.</summary>
    internal static async Task ReplaceAsync(SqlSession session, string pipeline, string settings, IReadOnlyList<NewPartition> partitions)
    {
        // The partitions first, in their order: whoever wants to take a bucket waits for its partition, and is stale then.
        await SaveSettingsAsync(session, pipeline, settings);
        foreach (var partition in partitions)
        {
            await Claims.LockAsync(session, pipeline, new BucketId(partition.Cursor.Partition, Claims.CursorBucket));
        }

        await Claims.FenceAllAsync(session, pipeline);
        foreach (var table in (string[])["streamlearn_keys", "streamlearn_manifests", "streamlearn_cursors"])
        {
            await session.ExecuteAsync(
                $"""
                DELETE FROM {table} WHERE claim IN
                    (SELECT c.id FROM streamlearn_claims c JOIN streamlearn_pipelines p ON p.id = c.pipeline WHERE p.name = @pipeline)
                """,
                ("pipeline", pipeline));
        }

        await Claims.DeleteImpossibleAsync(session, pipeline);
        foreach (var partition in partitions)
        {
            foreach (var (bucket, checkpoint) in partition.Buckets)
            {
                session.Cancellation.ThrowIfCancellationRequested();
                await BucketRows.SaveAsync(session, pipeline, bucket, await Claims.TakeAsync(session, pipeline, bucket), checkpoint);
            }

            // Twice: should one be damaged, the other is at the same place.
            var cursor = new BucketId(partition.Cursor.Partition, Claims.CursorBucket);
            await CursorRows.SaveAsync(session, pipeline, await Claims.TakeAsync(session, pipeline, cursor), partition.Cursor);
            await CursorRows.SaveAsync(session, pipeline, await Claims.TakeAsync(session, pipeline, cursor), partition.Cursor);
        }
    }
}
